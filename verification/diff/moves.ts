/** What `moved` and `removed` blocks say of the resources that stood before. */
import { isReference, isUnknown, type Resource, type Value } from "../model";
import { MOVED, REMOVED } from "../readers/hcl/refactorings";
import { isList, isObject, type ObjectValue } from "../values";

interface Move {
  readonly from: string;
  readonly to: string;
}

export class Moves {
  private readonly moves: readonly Move[];
  private readonly forgotten: readonly string[];

  /** @param resources those of HEAD, with what stands for its blocks */
  constructor(resources: readonly Resource[]) {
    this.moves = resources.flatMap(({ type, values: { from, to } }) =>
      type === MOVED && typeof from === "string" && typeof to === "string" ? [{ from, to }] : [],
    );
    this.forgotten = resources.flatMap(({ type, values: { from, isKept } }) =>
      type === REMOVED && isKept === true && typeof from === "string" ? [from] : [],
    );
  }

  /** The address by which HEAD knows a resource of BASE: moves may follow one another. */
  now(address: string): string {
    let current = address;
    // As often as there are moves: some may go in a circle.
    for (let step = 0; step < this.moves.length; step++) {
      const move = this.moves.find(({ from }) => isWithin(current, from));
      if (!move) break;
      current = move.to + current.slice(move.from.length);
    }
    return current;
  }

  isForgotten = (address: string): boolean => this.forgotten.some((from) => isWithin(address, from));

  /** A resource of BASE as HEAD knows it, with whatever it refers to. */
  renamed(resource: Resource): Resource {
    if (this.moves.length === 0) return resource;
    return { ...resource, address: this.now(resource.address), values: this.fieldsRenamed(resource.values) };
  }

  private fieldsRenamed = (fields: ObjectValue): ObjectValue =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, this.valueRenamed(value)]));

  private valueRenamed(value: Value): Value {
    if (isReference(value)) return { ...value, address: this.now(value.address) };
    if (isUnknown(value)) {
      const parts = value.parts?.map((part) => this.valueRenamed(part) as typeof part);
      return { ...value, mentions: value.mentions.map((name) => this.now(name)), ...(parts && { parts }) };
    }
    if (isList(value)) return value.map((element) => this.valueRenamed(element));
    return isObject(value) ? this.fieldsRenamed(value) : value;
  }
}

/** Whether an address is another, an instance of it, or in a module that it is. */
const isWithin = (address: string, outer: string): boolean =>
  address === outer || address.startsWith(`${outer}.`) || address.startsWith(`${outer}[`);
