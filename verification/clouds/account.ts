/** A running account in the words of the provider that would have written it: what each cloud has to say of its records. */
import type { Deployment } from "../../config/deployment";
import type { Resource, Value } from "../model";
import { isUnknown } from "../model";
import { asResource, NOT_READ } from "../not-read";
import { ACCOUNT, RECORD } from "../readers/account";
import { OTHERS_ALIKE, type Likenesses } from "../readers/alike";
import { at, blocks, type ObjectValue } from "../values";
import { shown } from "../../config/texts";

/** What a record is: a resource of the cloud's provider. */
export interface Made {
  readonly type: string;
  /** What the cloud knows it by; of two of a type and name, each has a number. */
  readonly name: string;
  /** Default: type and name. */
  readonly address?: string;
  /** Default: managed. */
  readonly mode?: Resource["mode"];
  readonly values: Readonly<Record<string, Value | undefined>>;
}

/** Records of one account. */
export class Records {
  constructor(
    private readonly byKind: ReadonlyMap<string, readonly Resource[]>,
    readonly scope: Readonly<Record<string, Value>>,
  ) {}

  of(kind: string): readonly Resource[] {
    return this.byKind.get(kind) ?? [];
  }
}

/** What a record of a kind is; of some kinds that rests on other records. */
export type Convert = (record: ObjectValue, records: Records) => readonly Made[];

/** How a cloud reads its records: every kind without which it can't tell what is there. */
export type AccountReader = Readonly<Record<string, Convert>>;

/**
 * The resources of an account that are a deployment's, or lie in its network; undefined where nothing of it is there.
 *
 * @param isWritten whether the deployment's stacks write a resource of this type and name
 */
export type AccountPart = (
  account: readonly Resource[],
  deployment: Deployment,
  isWritten: (resource: Resource) => boolean,
) => readonly Resource[] | undefined;

/** What a cloud has to say of a running account. */
export interface CloudAccount {
  readonly read: AccountReader;
  readonly part: AccountPart;
  /** Of kinds of which an account has more than of anything else: how records of them are alike to all that is judged. */
  readonly alike?: Likenesses;
}

/** The records among `resources` as resources, each of the cloud that told it; all else stays. */
export function fromAccounts(
  resources: readonly Resource[],
  readerOf: (cloud: string) => AccountReader | undefined,
): readonly Resource[] {
  const accounts = resources.filter(({ type }) => type === ACCOUNT);
  if (accounts.length === 0) return resources;
  const others = resources.filter(({ type }) => !type.startsWith(RECORD));
  return [
    ...others,
    ...accounts.flatMap((account) => {
      const { cloud, scope, kinds } = account.values as {
        cloud: string;
        scope: Record<string, Value>;
        kinds: string[];
      };
      const reader = readerOf(cloud);
      const unread = (what: string) =>
        asResource({ path: `${account.unit}/${cloud}`, what, matters: true }, account.unit);
      if (!reader) return [unread(`records of a cloud that is not read: ${cloud}`)];
      const byKind = new Map(kinds.map((kind): [string, Resource[]] => [kind, []]));
      const prefix = `${RECORD}${cloud}/`;
      for (const record of resources) {
        if (record.unit === account.unit) byKind.get(record.type.slice(prefix.length))?.push(record);
      }
      const records = new Records(byKind, scope);
      return [
        ...named(
          [...byKind].flatMap(([kind, found]) =>
            found.flatMap((from) => (reader[kind]?.(from.values, records) ?? []).map((made) => ({ from, made }))),
          ),
        ),
        ...Object.keys(reader)
          .filter((kind) => !byKind.has(kind))
          .map((kind) => unread(`${kind} were not collected: collect again`)),
        ...kinds
          .filter((kind) => !Object.hasOwn(reader, kind))
          .map((kind) => unread(`${kind} were collected by another version: what they mean is not known here`)),
      ];
    }),
  ];
}

/** Resources by what their cloud knows them by. */
function named(all: readonly { readonly from: Resource; readonly made: Made }[]): Resource[] {
  const taken = new Map<string, number>();
  return all.map(
    ({
      from: { unit, location, locate, values: told },
      made: { type, name, address: own, mode = "managed", values },
    }) => {
      const written = `${type}.${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)}`;
      const called = own ?? (mode === "data" ? `data.${written}` : written);
      const base = told[OTHERS_ALIKE] === undefined ? called : `${called} and others like it`;
      const count = (taken.get(base) ?? 0) + 1;
      taken.set(base, count);
      const given = Object.entries(values).filter((entry): entry is [string, Value] => entry[1] !== undefined);
      const address = count === 1 ? base : `${base}[${count}]`;
      return { type, address, mode, unit, values: Object.fromEntries(given), location, locate };
    },
  );
}

/** What stands for a record that can't be told in the provider's words, or matters and is not read. */
export const unread = (address: string, what: string): Made => ({
  type: NOT_READ,
  name: address,
  address,
  mode: "data",
  values: { what, matters: true },
});

/**
 * A reader to which a record is unknown that tells less than each of its kind does: a list that is missing is no empty one.
 *
 * @param needed the fields that every record of a kind has
 */
export const whole = (reader: AccountReader, needed: (kind: string) => readonly string[]): AccountReader =>
  Object.fromEntries(
    Object.entries(reader).map(([kind, convert]): [string, Convert] => {
      const fields = needed(kind).map((field) => field.split("."));
      return [
        kind,
        (record, records) => {
          const lacking = fields.find((path) => (at(record, ...path) ?? null) === null);
          return lacking
            ? [unread(`a record of ${kind}`, `it does not tell its ${lacking.join(".")}`)]
            : convert(record, records);
        },
      ];
    }),
  );

/** The field of each element of a list; what is not known stays so. */
export function each(list: Value | undefined, name: string): Value {
  if (isUnknown(list)) return list;
  return blocks(list).flatMap((one) => at(one, name) ?? []);
}

/** Elements of a list whose field says one of these. */
export const where = (list: Value | undefined, path: readonly string[], ...allowed: readonly string[]): Value[] =>
  blocks(list).filter((one) => allowed.includes(shown(at(one, ...path))));

/** The name of a record, by the field that holds it. */
export const nameAt = (record: ObjectValue, field: string): string => shown(record[field] ?? null);
