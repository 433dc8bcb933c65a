import { join } from "node:path";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";

/** Sends a manifest to the validating thread and waits for its answer. */
let validator: ((manifest: unknown) => string[]) | undefined;

/**
 * What the Kubernetes API's published schema has against a manifest, one line each; empty where it is valid. A kind that
 * is not of the API is an error, and so is a field that the schema does not know, as in `kubectl --validate=strict`.
 * References and unknowns of the verification's model are taken to fit where they stand.
 */
export function validateManifest(manifest: unknown): string[] {
  validator ??= startValidator();
  return validator(manifest);
}

function startValidator(): (manifest: unknown) => string[] {
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(join(__dirname, "kubernetes-schema-worker.mjs"), {
    workerData: { signal, port: port2 },
    transferList: [port2],
  });
  worker.unref();
  port1.unref();
  return (manifest) => {
    Atomics.store(signal, 0, 0);
    port1.postMessage(JSON.parse(JSON.stringify(manifest)));
    if (Atomics.wait(signal, 0, 0, 30_000) === "timed-out") throw new Error("no answer from the schema's thread");
    // The signal may overtake the message.
    for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
      const received = receiveMessageOnPort(port1) as { message: string[] } | undefined;
      if (received) return received.message;
    }
    throw new Error("no answer from the schema's thread");
  };
}
