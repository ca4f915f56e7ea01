// What is seen of a letter that a reader would trip over. Runs in the page, after axe; gives plain values.
({
  lineOf(element) {
    for (let here = element; here; here = here.parentElement) {
      if (here.dataset && /^\d+$/.test(here.dataset.line ?? '')) return Number(here.dataset.line);
      const mark = /(?:^|\s)line-(\d+)(?=\s|$)/.exec(here.getAttribute('class') ?? '');
      if (mark) return Number(mark[1]);
    }
    return null;
  },

  wordsOf(element) {
    const words = (element.textContent || element.getAttribute('alt') || '').replace(/\s+/g, ' ').trim();
    return words ? words.slice(0, 60) : `<${element.tagName.toLowerCase()}>`;
  },

  // Each fault axe finds, with the line and words of every element it concerns.
  async access(options) {
    const found = await axe.run(document, options);
    return found.violations.flatMap((fault) => fault.nodes.slice(0, 200).map((node) => {
      const element = document.querySelector(String(node.target.at(-1)));
      const data = [...node.any, ...node.all, ...node.none].map((check) => check.data).find((one) => one) ?? {};
      return {
        rule: fault.id,
        impact: node.impact ?? fault.impact ?? '',
        help: fault.help,
        line: this.lineOf(element),
        words: element ? this.wordsOf(element) : '',
        ratio: data.contrastRatio ?? null,
        ink: data.fgColor ?? '',
        ground: data.bgColor ?? '',
      };
    }));
  },

  // Links with a ground or border of their own, which invite a thumb, by their height in pixels.
  buttons() {
    const looksLikeOne = (style) => style.display !== 'inline'
      && (style.backgroundColor !== 'rgba(0, 0, 0, 0)' || parseFloat(style.borderBottomWidth) > 0);
    return [...document.querySelectorAll('a[href]')]
      .filter((element) => looksLikeOne(getComputedStyle(element)) && element.getClientRects().length)
      .map((element) => ({
        line: this.lineOf(element),
        words: this.wordsOf(element),
        height: element.getBoundingClientRect().height,
      }));
  },

  // The innermost elements that stick out on the right, when the page can be scrolled sideways.
  overflow() {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const out = [...document.body.querySelectorAll('*')].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && box.height > 0 && box.right > width + 1;
    });
    const around = new Set();
    for (const element of out) {
      for (let above = element.parentElement; above && !around.has(above); above = above.parentElement) around.add(above);
    }
    const inner = out.filter((element) => !around.has(element));
    return (inner.length ? inner : [document.body]).slice(0, 50).map((element) => ({
      line: this.lineOf(element),
      words: this.wordsOf(element),
      beyond: Math.ceil(Math.max(element.getBoundingClientRect().right, document.documentElement.scrollWidth) - width),
    }));
  },
})
