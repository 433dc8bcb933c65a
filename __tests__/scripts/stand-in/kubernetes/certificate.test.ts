import { createPrivateKey, X509Certificate } from "node:crypto";
import { selfSigned } from "../../../../scripts/stand-in/kubernetes/certificate";

test("a certificate is its own authority's, for its names, with its key", () => {
  const { certificate, key } = selfSigned(["union-pod-webhook.union.svc", "other.union.svc"]);
  const read = new X509Certificate(certificate);
  expect(read.ca).toBe(true);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(read.checkHost("other.union.svc")).toBe("other.union.svc");
  expect(read.checkHost("kubernetes.default.svc")).toBeUndefined();
  expect(Date.parse(read.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(read.validTo)).toBeGreaterThan(Date.now());
});
