// One file, twice: beside the survey it keeps what could not be sent, locked with the round's key so that nobody on this
// phone can read it; as a worker it sends that when the network is back. Nothing is said to be sent before the service
// has said so. Without it the page works as it is.
const page = self.document, form = page && page.forms[0], note = page && page.getElementById('say');
const table = act => new Promise((done, fail) => {
  const asked = indexedDB.open('khaosat', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('kept', { keyPath: 'id' });
  asked.onerror = fail;
  asked.onsuccess = () => {
    const work = asked.result.transaction('kept', 'readwrite'), got = act(work.objectStore('kept'));
    work.oncomplete = () => { asked.result.close(); done(got.result); };
    work.onabort = fail;
  };
});
const post = (to, body) => fetch(to, { method: 'POST', body, headers: { accept: 'application/json' } });
const later = reply => reply.status > 499 || reply.status == 429;
// Sends everything kept; gives what became of each by id. Whatever the service refused for good is dropped, too.
const deliver = async () => {
  const ends = {};
  for (const one of await table(kept => kept.getAll())) {
    const reply = await post(one.to, new URLSearchParams(one.box)).catch(() => 0);
    if (!reply || later(reply)) { ends.left = 1; continue; }
    ends[one.id] = reply.ok ? (await reply.json()).next : '';
    await table(kept => kept.delete(one.id));
  }
  return ends;
};
if (!page) addEventListener('sync', wake => wake.waitUntil(deliver().then(ends => { if (ends.left) throw 0; })));
if (note && self.fetch && self.indexedDB) {
  const key = form.dataset.key, id = form.submission.value;
  const say = words => { note.hidden = !words; note.textContent = note.dataset[words] || ''; };
  const bytes = text => Uint8Array.from(atob(text), sign => sign.charCodeAt());
  const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const join = (...parts) => new Blob(parts).arrayBuffer();
  const lock = async clear => {
    const c = crypto.subtle, curve = { name: 'ECDH', namedCurve: 'P-256' };
    const round = await c.importKey('raw', bytes(key), curve, false, []);
    const own = await c.generateKey(curve, false, ['deriveBits']);
    const half = await c.exportKey('raw', own.publicKey);
    const shared = await c.deriveBits({ name: 'ECDH', public: round }, own.privateKey, 256);
    const digest = await c.digest('SHA-256', await join(shared, half));
    const once = await c.importKey('raw', digest, 'AES-GCM', false, ['encrypt']);
    const iv = new Uint8Array(12); // the key is used once
    return { half: text(half), box: text(await c.encrypt({ name: 'AES-GCM', iv }, once, new TextEncoder().encode(clear))) };
  };
  let busy, wait = 1e3, timer;
  const go = next => location.replace(next);
  const again = async () => {
    clearTimeout(timer);
    const ends = await deliver().catch(() => ({ left: 1 }));
    if (ends[id]) go(ends[id]);
    else if (id in ends) say('refused');
    else if (ends.left) { say('kept'); timer = setTimeout(again, wait = Math.min(2 * wait, 6e4)); }
    else if (Object.keys(ends).length) say('before');
  };
  form.addEventListener('change', () => navigator.serviceWorker && navigator.serviceWorker.register('/khaosat.js'), { once: true });
  form.addEventListener('submit', async sent => {
    const by = sent.submitter;
    if (!by) return;
    sent.preventDefault();
    if (busy) return;
    busy = 1;
    say('sending');
    const fields = new URLSearchParams(new FormData(form));
    if (by.name) fields.append(by.name, by.value);
    const reply = await post(form.action, fields).catch(() => 0);
    if (reply && reply.ok) {
      await table(kept => kept.delete(id)).catch(() => 0);
      return go((await reply.json()).next);
    }
    if (reply && !later(reply)) { // the service's own page tells what is wrong
      if (by.name) {
        const hidden = form.appendChild(page.createElement('input'));
        hidden.type = 'hidden', hidden.name = by.name, hidden.value = by.value;
      }
      return form.submit();
    }
    clearTimeout(timer);
    try {
      const to = form.action.replace('?', '/kept?'), box = await lock('' + fields);
      await table(kept => kept.put({ id, to, box }));
    } catch { // storage full, private mode, no secure connection: only this page still has the answers
      busy = 0;
      return say('lost');
    }
    busy = 0;
    say('kept');
    navigator.serviceWorker && navigator.serviceWorker.ready.then(worker => worker.sync && worker.sync.register('kept')).catch(() => 0);
    timer = setTimeout(again, wait);
  });
  addEventListener('online', again);
  again();
}
