/** CDKTF notes where each token is made, for messages of its own: half of what a synthesis costs where Jest maps stacks to sources. */
// eslint-disable-next-line no-restricted-imports -- the framework does not hand this out
import * as stackTrace from "cdktf/lib/tokens/private/stack-trace";

Object.assign(stackTrace, { captureStackTrace: () => [] });
