// Beside the scripts of phones and tablets: what could not be sent is locked with the round's key and stored.
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer)));
// Does one thing with a store of this origin and gives what came of it.
const table = (act, base = 'khaosat') => new Promise((done, fail) => {
  const asked = indexedDB.open(base, 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('kept', { keyPath: 'id' });
  asked.onerror = fail;
  asked.onsuccess = () => {
    try {
      const work = asked.result.transaction('kept', 'readwrite'), got = act(work.objectStore('kept'));
      work.oncomplete = () => { asked.result.close(); done(got.result); };
      work.onabort = fail;
    } catch (full) { fail(full); }
  };
});
const lock = async (key, clear) => {
  const c = crypto.subtle, name = 'ECDH', curve = { name, namedCurve: 'P-256' };
  const point = Uint8Array.from(atob(key), sign => sign.charCodeAt());
  const own = await c.generateKey(curve, false, ['deriveBits']);
  const half = await c.exportKey('raw', own.publicKey);
  const shared = await c.deriveBits({ name, public: await c.importKey('raw', point, curve, false, []) }, own.privateKey, 256);
  const digest = await c.digest('SHA-256', await new Blob([shared, half]).arrayBuffer());
  const once = await c.importKey('raw', digest, 'AES-GCM', false, ['encrypt']);
  const iv = new Uint8Array(12); // the key is used once
  return { half: text(half), box: text(await c.encrypt({ name: 'AES-GCM', iv }, once, new TextEncoder().encode(clear))) };
};
