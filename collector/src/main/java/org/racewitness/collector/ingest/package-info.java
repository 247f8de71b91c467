/**
 * From sockets to the analysis: Netty accepts, checks who connects, cuts the stream into frames and hands them to one analysis thread.
 *
 * <pre>
 *  socket ──► FrameDecoder ──► Connection ──► AnalysisLoop ──► SessionSink
 *             (whole frames)   (handshake,    (one thread       (analysis, or
 *                               pressure)      for the run)      a trace file)
 *  └────────── event loop, one thread ──────┘ └──── analysis thread ─────────┘
 * </pre>
 *
 * <p>Nothing is shared between the two threads but the loop's queue and the counters of {@link org.racewitness.collector.ingest.BackPressure} and
 * {@link org.racewitness.collector.ingest.IngestStats}.
 */
package org.racewitness.collector.ingest;
