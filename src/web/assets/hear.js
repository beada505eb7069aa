// A recording is fetched and heard when it is tapped, one at a time.
let heard;
addEventListener('click', tap => {
  const link = tap.target.closest('.hear');
  if (!link) return;
  tap.preventDefault();
  tap.stopImmediatePropagation();
  heard && heard.pause();
  (heard = new Audio(link.href)).play().catch(() => open(link.href));
}, true);
