// Loads a bundle as Lambda does, in a process of its own, and hands events to its handler: tests/support/run-bundle.ts starts it.
const { handler } = require(process.argv[2]);

process.on('message', (event) => {
  Promise.resolve()
    .then(() => handler(event))
    .then(
      (value) => process.send({ value: value ?? null }),
      ({ name, message, errno, code }) => process.send({ error: { name, message, errno, code } }),
    );
});
