import "../../verification/jest";
import { defaultPolicy, partyOf } from "../../verification/policy";
import { ServiceSet } from "../../packets/service-set";
import { resourcesOf } from "../support/resources";

const group = (rule: object) => resourcesOf({ resource: { aws_security_group: { a: rule } } });
const web = { protocol: "tcp", from_port: 443, to_port: 443 };
const CLOSED = group({});
const OPEN = group({ ingress: [{ ...web, cidr_blocks: ["0.0.0.0/0"] }] });
const SENDS = group({ egress: [{ ...web, cidr_blocks: ["104.16.0.0/13"] }] });

const policy = { ...defaultPolicy(), outbound: [{ to: partyOf("cloudflare"), services: ServiceSet.of(6, 443) }] };

test("toHaveNoInbound", async () => {
  await expect(CLOSED).toHaveNoInbound();
  await expect(OPEN).not.toHaveNoInbound();
  await expect(expect(OPEN).toHaveNoInbound()).rejects.toThrow(
    /violated no-inbound: TCP 443 from .* can reach aws_security_group\.a/,
  );
});

test("toReachOnly", async () => {
  await expect(SENDS).toReachOnly(policy);
  await expect(SENDS).not.toReachOnly(defaultPolicy());
});

test("toVerify, of resources and of paths", async () => {
  await expect(CLOSED).toVerify();
  await expect(OPEN).not.toVerify();
  await expect(OPEN).toVerify({ only: ["flow-logs"] });
  await expect("__tests__/fixtures/hcl/network").not.toVerify();
});
