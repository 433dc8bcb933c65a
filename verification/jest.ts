/**
 * Matchers for jest. After `import "dataplane-constructs/jest"`, or of this file in a clone:
 *
 * ```ts
 * await expect("cdktf.out").toHaveNoInbound();
 * await expect("cdktf.out").toReachOnly(readPolicy("policy.yaml"));
 * await expect(resources).toVerify();
 * ```
 *
 * What is expected is a path, several paths that are judged together, or resources.
 *
 * @module jest
 */
import type { Resource } from "./model";
import type { Policy } from "./policy";
import { verify, verifyPaths, type Report, type VerifyOptions } from "./verify";

type Judgeable = string | readonly string[] | readonly Resource[];

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- jest's own way to declare matchers
  namespace jest {
    interface Matchers<R> {
      /**
       * Nothing outside can open a connection. Document: "Outbound-only model".
       *
       * @throws InputError if a path can't be used, or nothing there is judged
       */
      toHaveNoInbound(): Promise<R>;
      /**
       * What leaves is in the policy's `outbound`, and its `required` paths are open. Document: "Egress configuration".
       *
       * @throws InputError if a path can't be used, or nothing there is judged
       */
      toReachOnly(policy: Policy): Promise<R>;
      /**
       * Every invariant holds, or those of `options.only`. Document: "Verification".
       *
       * @throws InputError if a path can't be used, or nothing there is judged
       */
      toVerify(options?: VerifyOptions): Promise<R>;
    }
  }
}

expect.extend({
  async toHaveNoInbound(received: Judgeable) {
    return outcome(await judge(received, { only: ["no-inbound"] }), "nothing to be reachable from outside");
  },
  async toReachOnly(received: Judgeable, policy: Policy) {
    const asked = { ...policy, outbound: policy.outbound ?? [] };
    const report = await judge(received, { policy: asked, only: ["egress-allowlist", "required-paths"] });
    return outcome(report, "nothing to leave beyond the policy");
  },
  async toVerify(received: Judgeable, options: VerifyOptions = {}) {
    return outcome(await judge(received, options), "every invariant to hold");
  },
});

function judge(received: Judgeable, options: VerifyOptions): Promise<Report> {
  if (typeof received === "string") return verifyPaths([received], options);
  const paths = received.filter((one): one is string => typeof one === "string");
  const resources = received.filter((one): one is Resource => typeof one !== "string");
  return paths.length > 0 ? verifyPaths(paths, options) : Promise.resolve(verify(resources, options));
}

function outcome({ verdict, findings }: Report, expected: string): jest.CustomMatcherResult {
  const lines = findings.map(({ invariant, status, message }) => `  ${status} ${invariant}: ${message}`);
  return {
    pass: verdict === "pass",
    message: () => (verdict === "pass" ? `expected not ${expected}` : [`expected ${expected}:`, ...lines].join("\n")),
  };
}
