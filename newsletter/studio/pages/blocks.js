// Where a block may stand in the text of an issue: behind a paragraph, outside front matter, code and other quotes.

const FENCE = /^\s*(`{3,}|~{3,})/;
const READER = /^\s*:{3,}\s*reader\b/;
const CLOSE = /^\s*:{3,}\s*$/;

const isBlank = (text) => !text.trim();
const isMark = (text) => /^\s*:{3,}/.test(text);

function frontMatterEnd(doc) {
  if (doc.line(1).text !== "---") return 0;
  for (let number = 2; number <= doc.lines; number += 1) {
    if (doc.line(number).text === "---") return number;
  }
  return doc.lines;
}

// The line, from `wanted` on, that is not inside code or the words of a reader.
function outside(doc, wanted, start) {
  let ends = null; // tells the line that ends what is open
  for (let number = start + 1; number <= doc.lines; number += 1) {
    const { text } = doc.line(number);
    if (ends) {
      if (ends(text)) ends = null;
    } else if (FENCE.test(text)) {
      const [, run] = FENCE.exec(text);
      ends = (line) => line.trim().startsWith(run) && !line.trim().replaceAll(run[0], "");
    } else if (READER.test(text)) ends = (line) => CLOSE.test(line);
    if (number >= wanted && !ends) return number;
  }
  return Math.max(wanted, doc.lines);
}

// `from`, and what must stand before and after a block there so that it is one of its own.
export function placeAfter(doc, at) {
  const start = frontMatterEnd(doc);
  const text = (one) => (one <= doc.lines ? doc.line(one).text : "");
  let number = doc.lineAt(at).number;
  if (number <= start) { // behind the first paragraph, which greets
    number = start + 1;
    while (number < doc.lines && isBlank(text(number))) number += 1;
  }
  number = outside(doc, Math.min(number, doc.lines), start);
  while (!isBlank(text(number)) && !isBlank(text(number + 1)) && !isMark(text(number)) && !isMark(text(number + 1))) number += 1;
  const line = doc.line(Math.min(number, doc.lines));
  const isFree = isBlank(line.text) && (number === 1 || isBlank(text(number - 1)));
  const before = isFree ? "" : isBlank(line.text) ? "\n" : "\n\n";
  const isLast = number >= doc.lines;
  const after = isLast ? "\n" : isBlank(text(number + 1)) ? "" : "\n";
  return { from: line.to, before, after };
}
