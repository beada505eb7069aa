// A tablet's worker: where the network fails, its pages come from the shelf that tablet.js fills, each with a submission of
// its own. It stores nothing itself.
const SHELF = 'khaosat-shelf';
addEventListener('install', () => skipWaiting());
addEventListener('activate', begun => begun.waitUntil(clients.claim()));
const hex = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
const shelved = async asked => {
  const shelf = await caches.open(SHELF), whole = await shelf.match(asked);
  if (whole) return whole;
  const all = (await shelf.keys()).filter(one => one.url.startsWith(asked + '&shelf='));
  const drawn = all[crypto.getRandomValues(new Uint32Array(1))[0] % all.length];
  const kept = drawn && await shelf.match(drawn);
  if (!kept) return;
  // The shelved page's own submission says what is asked; the answers are somebody else's each time.
  const html = (await kept.text()).replace(/name="submission" value="(\w+)"/, `name="submission" value="${hex()}"><input type="hidden" name="page" value="$1"`);
  return new Response(html, { headers: kept.headers });
};
const answer = async asked => {
  const late = new Promise(done => setTimeout(done, 5e3));
  const reply = await Promise.race([fetch(asked), late]).catch(() => 0);
  return reply && reply.status < 500 ? reply : (await shelved(asked.url)) || reply || Response.error();
};
addEventListener('fetch', asked => {
  const { method, mode, url } = asked.request;
  if (method == 'GET' && (mode == 'navigate' || url.endsWith('/khaosat.js?kiosk'))) asked.respondWith(answer(asked.request));
});
