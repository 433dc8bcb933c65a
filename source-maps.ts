/**
 * Imported before all else: switches Node's source maps off, which tsx switches on. With them Node reads the maps of
 * every provider class and maps the stack trace that CDKTF takes for each token: a third of a synth's memory and a
 * quarter of its time. `NODE_OPTIONS=--enable-source-maps` keeps them, for stack traces with the sources' own lines.
 */
if (!process.env["NODE_OPTIONS"]?.includes("--enable-source-maps")) process.setSourceMapsEnabled(false);
