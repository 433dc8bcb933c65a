/**
 * The runner of the tests: jest-light-runner, whose processes each ask for their settings once they listen. It answers
 * all of them when one asks, and no other any more: a process that had its task by then and was too slow to listen would
 * wait forever, and Jest for it. Here each has the answer to its own question.
 */
import LightRunner from "jest-light-runner";
import Tinypool from "tinypool";

const { run } = Tinypool.prototype;

Tinypool.prototype.run = function (task, { channel, ...options } = {}) {
  return run.call(this, task, { ...options, ...(channel && { channel: ownChannel(channel) }) });
};

/** A channel of one task, of which the runner's own knows only while its process asks. */
function ownChannel(channel) {
  let listener = () => undefined;
  return {
    onMessage: (own) => (listener = own),
    postMessage: (message) => {
      channel.onMessage(listener);
      channel.postMessage(message);
    },
  };
}

export default LightRunner;
