/** Domains of Google's services whose names the data plane looks up; the last is the Kubernetes API's DNS endpoint. */
export const PRIVATE_ZONES = ["googleapis.com", "gcr.io", "pkg.dev", "gke.goog"] as const;

/** One of these domains: the DNS name of a private zone, without the last dot. */
export type PrivateZone = (typeof PRIVATE_ZONES)[number];
