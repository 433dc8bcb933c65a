/**
 * Imported before all else: switches Node's source maps off, which tsx switches on. With them Node reads the maps of
 * every provider class and maps the stack trace that CDKTF takes for each token: a third of a synth's memory and a
 * quarter of its time. `NODE_OPTIONS=--enable-source-maps` keeps them, for stack traces with the sources' own lines.
 */
import Module from "node:module";

/** What Node calls with the text of each file that is required. */
interface Compiling {
  _compile: (this: unknown, content: string, ...others: readonly unknown[]) => unknown;
}

const MAP = "\n//# sourceMappingURL=data:";

if (!process.env["NODE_OPTIONS"]?.includes("--enable-source-maps")) {
  process.setSourceMapsEnabled(false);
  const modules = Module.prototype as unknown as Compiling;
  const { _compile: compile } = modules;
  // Two thirds of a provider class's file are its map, and V8 keeps the text of every file.
  modules._compile = function (content, ...others) {
    const end = content.lastIndexOf(MAP);
    // A copy: a part of a text keeps all of it.
    const source = end < 0 ? content : Buffer.from(content.slice(0, end)).toString();
    return compile.call(this, source, ...others);
  };
}
