/**
 * The script of the page. It filters rows, opens the row that a link leads to, and opens rows for the printer; without
 * it everything is there to read.
 */
export const SCRIPT = `(() => {
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const bar = document.getElementById('filter');
const rows = all('tbody.row').map((row) => ({
  row,
  status: row.dataset.status,
  text: row.textContent.toLowerCase(),
  arrows: all('a.arrow').filter((arrow) => arrow.getAttribute('href') === '#' + row.id),
}));
const boxes = all('input[type=checkbox]', bar);
const search = bar.querySelector('input[type=search]');
const count = bar.querySelector('[role=status]');
const filter = () => {
  const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const { row, status, text, arrows } of rows) {
    const on = wanted.has(status) && words.every((word) => text.includes(word));
    row.hidden = !on;
    for (const arrow of arrows) arrow.classList.toggle('off', !on);
    if (on) shown += 1;
  }
  count.textContent = shown + ' of ' + rows.length + ' rows';
};
for (const input of [...boxes, search]) input.addEventListener('input', filter);
for (const button of all('button', bar)) {
  button.addEventListener('click', () => {
    for (const one of all('details.row-body')) one.open = button.value === 'open';
  });
}
const arrive = () => {
  const row = location.hash && document.getElementById(location.hash.slice(1));
  const details = row && row.querySelector('details.row-body');
  if (!details) return;
  row.hidden = false;
  details.open = true;
  details.querySelector('summary').focus({ preventScroll: true });
  row.scrollIntoView({ block: 'start' });
};
addEventListener('hashchange', arrive);
let closed = [];
addEventListener('beforeprint', () => {
  closed = all('details.told:not([open])');
  for (const one of closed) one.open = true;
});
addEventListener('afterprint', () => {
  for (const one of closed) one.open = false;
});
bar.hidden = false;
filter();
arrive();
})();
`;
