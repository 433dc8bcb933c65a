/**
 * A subscription of Azure, by Resource Graph: every resource of it, of whatever type, and every assignment of a role.
 *
 * Microsoft, "Resources" of the Resource Graph REST API
 * (https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources) and "Working with large
 * Azure resource data sets" (https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data): up to
 * 1000 rows a page, and `$skipToken` where there are more.
 */
import type { Account, CollectedRecord, Page } from "../account";
import { keeper } from "../kept";
import { failedCall, listIn, RestError, textIn } from "../rest";
import { turned } from "../turned";
import { FOLLOWED, type Followed } from "./followed";
import { OF_ALL, type Kind } from "./kind";
import { COMPUTE } from "./kinds/compute";
import { NETWORK } from "./kinds/network";
import { SERVICES } from "./kinds/services";
import { STORAGE } from "./kinds/storage";
import { GRAPH, PERMISSIONS } from "./rights";
import { azureServices, type Services } from "./services";

/** Every kind that more than the name is kept of. */
export const KINDS: readonly Kind[] = [...NETWORK, ...COMPUTE, ...SERVICES, ...STORAGE];

/** The file of resources of every other type: what they are, and no more. */
const OTHERS = "other-resources";

const VERSION = "2022-10-01";
const LARGEST_PAGE = 1000;

/** Tables of Resource Graph, each a query. */
const TABLES = [
  "resources",
  "resourcecontainers | where type =~ 'microsoft.resources/subscriptions/resourcegroups'",
  "authorizationresources",
];

/**
 * A subscription, as the default credential sees it.
 *
 * @throws AccountError if that can't be used
 */
export async function azureAccount(subscription: string): Promise<Account> {
  const services = azureServices();
  await services.rest.ready();
  return {
    cloud: "azure",
    scope: { account: subscription },
    kinds: [...KINDS.map(({ name }) => name), OTHERS, ...FOLLOWED.map(({ name }) => name)],
    pages: async function* () {
      /** Ids of resources that more is asked of, by kind. */
      const ids = new Map(FOLLOWED.map(({ of }): [string, string[]] => [of, []]));
      yield* blindness(services, subscription);
      for (const table of TABLES) yield* rowsOf(services, subscription, table, ids);
      for (const followed of FOLLOWED) yield* partsOf(services, followed, ids.get(followed.of) ?? []);
    },
  };
}

/** What a role allows. */
interface Permission {
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
}

/**
 * Resource Graph leaves out what the caller may not read, without a word: so it is asked whether they may read all.
 *
 * Microsoft, "Permissions - List for resource group" and its like for a subscription
 * (https://learn.microsoft.com/rest/api/authorization/permissions): what each of the caller's roles allows there.
 */
async function* blindness({ rest, manager }: Services, subscription: string): AsyncGenerator<Page> {
  const url = `${manager}/subscriptions/${subscription}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
  try {
    const allowed: readonly Permission[] = listIn(await rest.ask({ url }), "value", []);
    const seesAll = allowed.some(
      ({ actions = [], notActions = [] }) =>
        actions.some((action) => action === "*" || action === GRAPH) && notActions.every((not) => !READS.test(not)),
    );
    if (seesAll) return;
    const message = "Resource Graph leaves out what may not be read, without a word";
    yield { failed: { kind: OTHERS, call: GRAPH, lacks: GRAPH, message } };
  } catch (error) {
    yield { failed: failedCall(OTHERS, PERMISSIONS, error) };
  }
}

/** Actions that may be of those that read. */
const READS = /(\*|\/read)$/i;

async function* rowsOf(
  { rest, manager }: Services,
  subscription: string,
  table: string,
  ids: ReadonlyMap<string, string[]>,
): AsyncGenerator<Page> {
  const byType = new Map(KINDS.map(({ name, type, fields }) => [type, { name, keep: keeper(fields) }]));
  const other = { name: OTHERS, keep: keeper(OF_ALL) };
  const url = `${manager}/providers/Microsoft.ResourceGraph/resources?api-version=${VERSION}`;
  const query = `${table} | project id, name, type, location, kind, sku, identity, properties | order by id asc`;
  const ask = (token: string | undefined) => {
    const options = { resultFormat: "objectArray", $top: LARGEST_PAGE, ...(token && { $skipToken: token }) };
    return rest.ask({ url, body: { subscriptions: [subscription], query, options } });
  };
  let [told, known] = [0, 0];
  try {
    for await (const answer of turned(ask, (one) => textIn(one, "$skipToken"))) {
      const byKind = new Map<string, CollectedRecord[]>();
      const rows = listIn(answer, "data", ["id", "type"]);
      for (const row of rows) {
        const { name, keep } = byType.get(row.type.toLowerCase()) ?? other;
        const records = byKind.get(name) ?? [];
        records.push(keep(row));
        byKind.set(name, records);
        ids.get(name)?.push(row.id);
      }
      for (const [kind, records] of byKind) yield { kind, records };
      const { totalRecords, resultTruncated } = answer as Totals;
      told += rows.length;
      known = totalRecords ?? told;
      if (resultTruncated === "true" && textIn(answer, "$skipToken") === undefined) {
        throw new RestError(200, "the answer is cut off, and does not say how to go on");
      }
    }
    if (told < known) throw new RestError(200, `it tells ${told} rows of ${known}`);
  } catch (error) {
    yield { failed: failedCall(OTHERS, GRAPH, error) };
  }
}

/** How much there is to be told. */
interface Totals {
  readonly totalRecords?: number;
  readonly resultTruncated?: string;
}

async function* partsOf(
  { rest, manager }: Services,
  { name, right, path: within, version, fields }: Followed,
  ids: readonly string[],
): AsyncGenerator<Page> {
  const keep = keeper(fields);
  try {
    for (const of of ids) {
      const first = `${of}/${within}?api-version=${version}`;
      const ask = (path: string | undefined) => rest.ask({ url: manager + (path ?? first) });
      let isFirst = true;
      try {
        for await (const answer of turned(ask, (one) => pathOf(textIn(one, "nextLink")))) {
          isFirst = false;
          yield { kind: name, records: listIn(answer, "value", []).map((record) => ({ of, ...keep(record) })) };
        }
      } catch (error) {
        // An account of another sort has no such part.
        if (!isFirst || !(error instanceof RestError) || error.status !== 404) throw error;
      }
    }
  } catch (error) {
    yield { failed: failedCall(name, right, error) };
  }
}

/** The token goes nowhere else, whatever a link says. */
function pathOf(link: string | undefined): string | undefined {
  if (link === undefined || link === "") return undefined;
  if (!URL.canParse(link)) throw new RestError(200, "its nextLink is no address");
  const { pathname, search } = new URL(link);
  return pathname + search;
}
