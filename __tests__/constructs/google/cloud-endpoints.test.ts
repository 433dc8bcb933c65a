import type { PrivateZone } from "../../../config/google/private-zones";
import { CloudEndpoints } from "../../../constructs/google/cloud-endpoints";
import { Synthesized } from "../../support/constructs";

const synthesize = (dnsEndpoint: boolean, given: readonly PrivateZone[] = []) =>
  Synthesized.of((scope) => {
    new CloudEndpoints(scope, "cloud-endpoints", { name: "acme", networkId: "network", dnsEndpoint, given });
  });

/** Names by zone: `*.gcr.io. CNAME gcr.io.` */
function namesOf(made: Synthesized): Record<string, string[]> {
  return Object.fromEntries(
    made.all("google_dns_managed_zone").map(({ name, dns_name }) => {
      const zone = `\${${made.address("google_dns_managed_zone", { name })}.name}`;
      const records = made.all("google_dns_record_set").filter(({ managed_zone }) => managed_zone === zone);
      return [dns_name, records.map((record) => `${record.name} ${record.type} ${record.rrdatas}`)];
    }),
  );
}

const RESTRICTED = "199.36.153.4,199.36.153.5,199.36.153.6,199.36.153.7";
const NAMES = {
  "googleapis.com.": [
    `restricted.googleapis.com. A ${RESTRICTED}`,
    "*.googleapis.com. CNAME restricted.googleapis.com.",
  ],
  "gcr.io.": [`gcr.io. A ${RESTRICTED}`, "*.gcr.io. CNAME gcr.io."],
  "pkg.dev.": [`pkg.dev. A ${RESTRICTED}`, "*.pkg.dev. CNAME pkg.dev."],
};

test("Google's services lead to the restricted addresses", () => {
  expect(namesOf(synthesize(false))).toEqual(NAMES);
});

test("so does the DNS endpoint of the Kubernetes API, where it is used", () => {
  expect(namesOf(synthesize(true))).toEqual({
    ...NAMES,
    "gke.goog.": [`gke.goog. A ${RESTRICTED}`, "*.gke.goog. CNAME gke.goog."],
  });
});

test("zones that the network has are not made again", () => {
  const { "gcr.io.": gcr } = NAMES;
  expect(namesOf(synthesize(true, ["googleapis.com", "pkg.dev", "gke.goog"]))).toEqual({ "gcr.io.": gcr });
});

test("the names are private to the network", () => {
  for (const zone of synthesize(true).all("google_dns_managed_zone")) {
    expect(zone).toMatchObject({
      visibility: "private",
      private_visibility_config: { networks: [{ network_url: "network" }] },
    });
  }
});
