import { stringify } from "yaml";
import { CHART } from "../../config/chart";
import type { Deployment } from "../../config/deployment";
import type { ListedImage } from "./index";

/**
 * A content manifest of Hauler, which carries images, and the chart where it is used, into a network without internet. An
 * image is named by digest only where pods name it so: what Hauler fetches by digest, it delivers without a tag.
 *
 * https://docs.hauler.dev/docs/hauler-usage/store/sync
 */
export function renderHauler(deployment: Deployment, images: readonly ListedImage[]): string {
  const documents = [contents(deployment, "Images", { images: images.map(({ source }) => ({ name: source })) })];
  if (deployment.workloads === "chart") {
    const chart = { name: CHART.name, repoURL: CHART.repository, version: CHART.version };
    documents.push(contents(deployment, "Charts", { charts: [chart] }));
  }
  return header(deployment, images) + documents.join("---\n");
}

const contents = ({ name }: Deployment, kind: string, spec: object) =>
  stringify({ apiVersion: "content.hauler.cattle.io/v1", kind, metadata: { name }, spec }, { lineWidth: 0 });

/** What is run outside, then inside. */
function header({ images: { mirror = "MIRROR" } }: Deployment, images: readonly ListedImage[]): string {
  const lines = [
    "hauler store sync --filename THIS_FILE && hauler store save --filename images.tar.zst",
    `hauler store load --filename images.tar.zst && hauler store copy registry://${mirror}`,
    // Image tools take a name without a folder for one of Docker's library.
    ...images.flatMap(({ source }) => {
      const [, image = "", ...folders] = source.split("/");
      return folders.length > 0 ? [] : [`crane copy ${mirror}/library/${image} ${mirror}/${image}`];
    }),
  ];
  if (mirror === "MIRROR") lines.unshift("MIRROR: a registry inside, to be the deployment's `images.mirror`.");
  return lines.map((line) => `# ${line}\n`).join("");
}
