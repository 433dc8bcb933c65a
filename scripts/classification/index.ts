/** Writes the tables of resource types, `npm run classification`; a test keeps them fresh. */
import "../../telemetry-off";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Classification } from "../../verification/clouds/classification";
import { AWS } from "./aws";
import { AZURE } from "./azure";
import { classify } from "./classify";
import { GOOGLE } from "./google";
import { KUBERNETES } from "./kubernetes";
import type { Review } from "./review";
import { providerVersion, resourceTypes, type Provider, type ResourceType } from "./schema";

/** Each provider with the folder of its cloud and what is known of its types. */
export const REVIEWS: Readonly<Record<Provider, { readonly folder: string; readonly review: Review }>> = {
  aws: { folder: "aws", review: AWS },
  google: { folder: "google", review: GOOGLE },
  azurerm: { folder: "azure", review: AZURE },
  kubernetes: { folder: "kubernetes", review: KUBERNETES },
};

export function tableFile(provider: Provider): string {
  return join(__dirname, "../../verification/clouds", REVIEWS[provider].folder, "classification.json");
}

/** The types of a provider's package, and those of its preview and its other versions. */
export function typesOf(provider: Provider): ResourceType[] {
  const { unpackaged = [] } = REVIEWS[provider].review;
  return [...resourceTypes(provider), ...unpackaged.map((type) => ({ type, arguments: [] }))];
}

export function tableOf(provider: Provider): Classification {
  return classify(providerVersion(provider), typesOf(provider), REVIEWS[provider].review);
}

/** A line for each type or reason: what a person reads in a diff. */
export const tableText = (table: Classification): string => `${JSON.stringify(table, undefined, 1)}\n`;

if (require.main === module) {
  for (const provider of Object.keys(REVIEWS) as Provider[])
    writeFileSync(tableFile(provider), tableText(tableOf(provider)));
}
