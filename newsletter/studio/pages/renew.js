// Draws anew what differs and no more: what is alike keeps its focus, what is typed in it, and a click or drag under way.

export function renew(old, made) {
  const [gone, come] = [[...old.childNodes], [...made.childNodes]];
  let next = null; // what stays behind the difference
  while (gone.length && come.length && gone[0].isEqualNode(come[0])) {
    gone.shift();
    come.shift();
  }
  while (gone.length && come.length && gone.at(-1).isEqualNode(come.at(-1))) {
    next = gone.pop();
    come.pop();
  }
  while (gone.length && come.length) change(gone.shift(), come.shift());
  for (const one of gone) one.remove();
  for (const one of come) old.insertBefore(one, next);
}

function change(old, made) {
  if (old.isEqualNode(made)) return;
  if (old.nodeName === "UL" && made.nodeName === "UL") renew(old, made);
  else old.replaceWith(made);
}
