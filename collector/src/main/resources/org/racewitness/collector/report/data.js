/*
 * The data of a report, whose layout StackTable.java and PageData.java write in the element #report-data, and how
 * elements of the page are made. Everything from the traced program reaches the page as text nodes, never as markup.
 * HtmlReport.java joins the page's scripts into one.
 */
const island = document.getElementById("report-data");
const data = JSON.parse(island.textContent);
const MAX_TEXT = 2000;

/* Makes visible what would act or reorder: control characters, separators, overrides. Tabs become spaces. */
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
function visible(text) {
  const bounded = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + "\u2026" : text;
  return bounded.replace(ACTING, (c) => {
    const code = c.codePointAt(0);
    if (c === "\t") {
      return "    ";
    }
    return code < 0x100 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
  });
}

/* An element with attributes and children; a child that is a string becomes a text node. */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    element.setAttribute(name, value);
  }
  for (const child of children) {
    if (child !== null && child !== undefined) {
      element.append(child instanceof Node ? child : visible(child));
    }
  }
  return element;
}

const count = (n, noun) => n.toLocaleString("en") + " " + noun + (n === 1 ? "" : "s");

/* The frames of a stack, innermost first. */
function framesOf(stack) {
  const frames = [];
  for (let entry = stack; entry >= 0; entry = data.stacks[entry][1]) {
    const [file, line, endLine, from, to, name, application] = data.frames[data.stacks[entry][0]];
    frames.push({ file: data.files[file], line, endLine, from, to, function: name, application: application === 1 });
  }
  return frames;
}

const fileName = (frame) => frame.file[0];
const baseName = (frame) => fileName(frame).split(/[\\/]/).pop();
const place = (frame) => fileName(frame) + (frame.line > 0 ? ":" + frame.line : "");
const ofApplication = (frames) => frames.find((frame) => frame.application) || frames[0];
const threadName = (side) => side.thread || "thread " + side.threadId;
const innermost = (side) => (side.stack < 0 ? null : framesOfTop(side.stack));

function framesOfTop(stack) {
  const [file, line, , , , name] = data.frames[data.stacks[stack][0]];
  return { file: data.files[file], line, function: name };
}
