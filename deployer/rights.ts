/** What a type of resource needs of whoever deploys it, in the words of its cloud's IAM. */
export interface Rights {
  /** In order to make one. */
  readonly create?: readonly string[];
  /** At every plan. */
  readonly read: readonly string[];
  /** In order to change one in its place. */
  readonly update?: readonly string[];
  readonly delete?: readonly string[];
}

/** Rights by the type of a resource; of a data source by `data.TYPE`. */
export type RightsTable = Readonly<Record<string, Rights>>;

/** Types of other providers: the Kubernetes API has rights of its own, and what is in the state alone needs none. */
export const isOfCloud = (type: string): boolean => !/^(data\.)?(kubernetes_|terraform_data)/.test(type);

/** Everything that stacks with these types need, sorted. @throws RangeError for a type that has no row */
export function rightsOf(table: RightsTable, types: readonly string[]): readonly string[] {
  const needed = types.filter(isOfCloud).flatMap((type) => {
    const row = table[type];
    if (row === undefined) throw new RangeError(`${type} has no row in the table of rights`);
    return [...(row.create ?? []), ...row.read, ...(row.update ?? []), ...(row.delete ?? [])];
  });
  return [...new Set(needed)].sort();
}
