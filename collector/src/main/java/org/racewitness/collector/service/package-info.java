/**
 * A collector for many runs, on this machine and others.
 *
 * <pre>
 *  session ─┐                  ┌─► Connection ──► RunSessions ──► RunAnalysis    one analysis thread for each run
 *  session ─┼─► ProtocolSwitch ┤   (wire format)
 *  HTTP ────┘                  └─► HttpGate ──► HttpApi ──► Runs, ServedRun ──► ReportFolder
 *                                  (token,      (begin, end, reports,           one thread for all reports
 *                                   bounds)      health, metrics)
 *  └─────────────────── event loop, one thread ──────────────────┘
 * </pre>
 *
 * <p>{@link org.racewitness.collector.service.Runs} and {@link org.racewitness.collector.service.ServedRun} are confined to the event loop. The protocol is
 * written down in {@code docs/wire-format.md}, "Service".
 */
package org.racewitness.collector.service;
