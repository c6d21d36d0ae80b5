/**
 * Loaded before a function that runs as a process of its own: its clock shows what whoever started it says, in milliseconds, as it is in the
 * recorded messages. It answers when it does.
 */
let now = Date.now();

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now] : args, newTarget),
  get: (target, key, receiver) => (key === 'now' ? () => now : Reflect.get(target, key, receiver)),
});

process.on('message', (millis) => {
  now = Number(millis);
  process.send?.('set');
});
