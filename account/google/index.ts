/**
 * A project of Google Cloud, by Cloud Asset Inventory: every asset of it, of whatever type, and every IAM policy.
 *
 * Cloud Asset Inventory, "Method: assets.list" (https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list):
 * up to 1000 assets a page, and `nextPageToken` where there are more.
 */
import type { Account, CollectedRecord, FailedCall, Page } from "../account";
import { keeper, type Fields } from "../kept";
import { failedCall, listIn, RestError, textIn } from "../rest";
import { turned } from "../turned";
import { FOLLOWED, pathIn, type Asked } from "./followed";
import { OF_ALL, type Kind } from "./kind";
import { COMPUTE } from "./kinds/compute";
import { NETWORK } from "./kinds/network";
import { SERVICES } from "./kinds/services";
import { STORAGE } from "./kinds/storage";
import type { Right } from "./rights";
import { googleServices, type Services } from "./services";

/** Every kind that more than the name is kept of. */
export const KINDS: readonly Kind[] = [...NETWORK, ...COMPUTE, ...SERVICES, ...STORAGE];

/** The file of assets of every other type: what they are, and no more. */
const OTHERS = "other-assets";
const POLICIES = "iam-policies";
const POLICY: Fields = [
  ...OF_ALL,
  ...["role", "members", "condition.title", "condition.expression"].map((field) => `iamPolicy.bindings.${field}`),
];

const LARGEST_PAGE = 1000;

interface Asset {
  readonly name: string;
  readonly assetType: string;
  readonly resource?: { readonly data?: Asked };
}

const ownLink = ({ selfLink }: Asked) => (typeof selfLink === "string" ? pathIn(selfLink) : undefined);

/**
 * A project, as the application default credentials see it.
 *
 * @throws AccountError if they can't be used
 */
export async function googleAccount(project: string): Promise<Account> {
  const services = googleServices(project);
  await services.rest.ready();
  return {
    cloud: "google",
    scope: { account: project },
    kinds: [...KINDS.map(({ name }) => name), OTHERS, POLICIES, ...FOLLOWED.map(({ name }) => name)],
    pages: async function* () {
      /** Links of what more is asked of, by kind of what is asked. */
      const links = new Map(FOLLOWED.map(({ name }): [string, Set<string>] => [name, new Set()]));
      yield* resources(services, project, links);
      yield* policies(services, project);
      for (const followed of FOLLOWED) yield* members(services, followed, [...(links.get(followed.name) ?? [])]);
    },
  };
}

async function* resources(
  services: Services,
  project: string,
  links: ReadonlyMap<string, Set<string>>,
): AsyncGenerator<Page> {
  const byType = new Map(KINDS.map(({ name, assetType, fields }) => [assetType, { name, keep: keeper(fields) }]));
  const other = { name: OTHERS, keep: keeper(OF_ALL) };
  for await (const page of listed(services, project, "RESOURCE", "cloudasset.assets.listResource", OTHERS)) {
    if ("failed" in page) {
      yield page;
      continue;
    }
    const byKind = new Map<string, CollectedRecord[]>();
    for (const asset of page.assets) {
      const { name, keep } = byType.get(asset.assetType) ?? other;
      const records = byKind.get(name) ?? [];
      records.push(keep(asset));
      byKind.set(name, records);
      for (const followed of FOLLOWED.filter(({ of }) => of === name)) {
        const link = (followed.at ?? ownLink)(asset.resource?.data ?? {});
        if (link !== undefined) links.get(followed.name)?.add(link);
      }
    }
    for (const [kind, records] of byKind) yield { kind, records };
  }
}

async function* policies(services: Services, project: string): AsyncGenerator<Page> {
  const keep = keeper(POLICY);
  for await (const page of listed(services, project, "IAM_POLICY", "cloudasset.assets.listIamPolicy", POLICIES)) {
    yield "failed" in page ? page : { kind: POLICIES, records: page.assets.map(keep) };
  }
}

/** Assets with content of one type, page by page, up to where a call fails. */
async function* listed(
  { rest, assets: place }: Services,
  project: string,
  contentType: string,
  right: Right,
  kind: string,
): AsyncGenerator<{ readonly assets: readonly Asset[] } | { readonly failed: FailedCall }> {
  const ask = (pageToken: string | undefined) => {
    const asked = { contentType, pageSize: String(LARGEST_PAGE), ...(pageToken && { pageToken }) };
    const url = `${place}/v1/projects/${encodeURIComponent(project)}/assets?${new URLSearchParams(asked).toString()}`;
    return rest.ask({ url });
  };
  let isEmpty = true;
  try {
    for await (const answer of turned(ask, (one) => textIn(one, "nextPageToken"))) {
      const assets = listIn(answer, "assets", ["name", "assetType"], []);
      isEmpty &&= assets.length === 0;
      yield { assets };
    }
    // The project itself is one.
    if (isEmpty && kind === OTHERS) throw new RestError(200, "it tells of no asset, and not even of the project");
  } catch (error) {
    yield { failed: failedCall(kind, right, error) };
  }
}

async function* members(
  { rest, compute }: Services,
  { name, right, call, list, fields }: (typeof FOLLOWED)[number],
  links: readonly string[],
): AsyncGenerator<Page> {
  const keep = keeper(fields);
  try {
    for (const of of links) {
      const { url, body } = call(`${compute}/${of}`);
      const ask = (pageToken: string | undefined) => {
        const query =
          pageToken === undefined
            ? ""
            : `${url.includes("?") ? "&" : "?"}${new URLSearchParams({ pageToken }).toString()}`;
        return rest.ask({ url: url + query, ...(body && { body }) });
      };
      for await (const answer of turned(ask, (one) => textIn(one, "nextPageToken"))) {
        yield { kind: name, records: listIn(answer, list, [], []).map((record) => ({ of, ...keep(record) })) };
      }
    }
  } catch (error) {
    // Who lacks a right lacks it of the next one too, and says so once.
    yield { failed: failedCall(name, right, error) };
  }
}
