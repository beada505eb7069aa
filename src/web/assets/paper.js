// Keying in paper forms: a digit moves on to the next item. Without script, Tab does.
(() => {
  const sheet = document.getElementById('sheet');
  if (!sheet) return;
  const items = [...sheet.querySelectorAll('.item')];
  const send = sheet.querySelector('button');
  const code = document.getElementById('code');
  const go = (at) => {
    const next = items[at] || send;
    next.focus();
    if (next.select) next.select();
  };
  // A scanner ends a number by Enter: that begins the items and sends nothing.
  if (code) code.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && code.value.trim()) {
      event.preventDefault();
      go(0);
    }
  });
  items.forEach((item, at) => {
    item.addEventListener('keydown', (event) => {
      if (event.key === ' ' && item.maxLength < 3) {
        event.preventDefault();
        item.value = '';
        go(at + 1);
      } else if (event.key === 'ArrowDown') {
        event.preventDefault();
        go(at + 1);
      } else if (event.key === 'ArrowUp' && at > 0) {
        event.preventDefault();
        go(at - 1);
      }
    });
    item.addEventListener('input', () => {
      if (item.value.length >= item.maxLength) go(at + 1);
    });
  });
  if (items.length && (!code || code.value)) go(0);
})();
