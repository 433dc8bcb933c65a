/** Accelerators of AWS Global Accelerator of both sorts: addresses that all the world reaches, and what they lead to. */
import { isNotTold } from "../../account";
import { all, type Kind } from "../kind";
import type { Right } from "../rights";
import type { Services } from "../services";

type Of = Services["accelerators"];

/** An answer's list. */
type Answers<Name extends string, Element> = AsyncIterable<{
  readonly [name in Name]?: readonly Element[] | undefined;
}>;

/** What tells of accelerators of one sort, and the right that each call needs. */
interface Sort {
  readonly rights: readonly [list: Right, listeners: Right, groups: Right];
  readonly list: (of: Of) => Answers<"Accelerators", { readonly AcceleratorArn?: string | undefined }>;
  readonly listeners: (
    of: Of,
    AcceleratorArn: string | undefined,
  ) => Answers<"Listeners", { readonly ListenerArn?: string | undefined }>;
  readonly groups: (of: Of, ListenerArn: string | undefined) => Answers<"EndpointGroups", object>;
}

/** Each accelerator with its listeners, and each of these with the groups of endpoints that it leads to. */
const accelerators = (name: string, { rights, list, listeners, groups }: Sort): Kind => ({
  name,
  fields: [
    ...["AcceleratorArn", "Name", "Enabled", "Listeners.ListenerArn", "Listeners.PortRanges", "Listeners.Protocol"],
    ...["Listeners.notTold", "Listeners.Groups.EndpointGroupArn", "Listeners.Groups.EndpointGroupRegion"],
    ...["Listeners.Groups.EndpointDescriptions.EndpointId", "Listeners.Groups.notTold"],
  ],
  answers: async function* ({ accelerators: of }, ask) {
    const [toList, toListListeners, toListGroups] = rights;
    for await (const { Accelerators = [] } of ask.pages(toList, list(of))) {
      for (const one of Accelerators) {
        const told = await ask.part(toListListeners, all(listeners(of, one.AcceleratorArn)), (answers) =>
          answers.flatMap(({ Listeners = [] }) => Listeners),
        );
        const found: object[] = [];
        for (const listener of told === undefined || isNotTold(told) ? [] : told) {
          const Groups = await ask.part(toListGroups, all(groups(of, listener.ListenerArn)), (answers) =>
            answers.flatMap(({ EndpointGroups = [] }) => EndpointGroups),
          );
          found.push({ ...listener, Groups });
        }
        yield [{ ...one, Listeners: isNotTold(told) ? told : found }];
      }
    }
  },
});

export const ACCELERATORS: readonly Kind[] = [
  accelerators("accelerators", {
    rights: [
      "globalaccelerator:ListAccelerators",
      "globalaccelerator:ListListeners",
      "globalaccelerator:ListEndpointGroups",
    ],
    list: (of) => of.sdk.paginateListAccelerators(of, {}),
    listeners: (of, AcceleratorArn) => of.sdk.paginateListListeners(of, { AcceleratorArn }),
    groups: (of, ListenerArn) => of.sdk.paginateListEndpointGroups(of, { ListenerArn }),
  }),
  accelerators("custom-routing-accelerators", {
    rights: [
      "globalaccelerator:ListCustomRoutingAccelerators",
      "globalaccelerator:ListCustomRoutingListeners",
      "globalaccelerator:ListCustomRoutingEndpointGroups",
    ],
    list: (of) => of.sdk.paginateListCustomRoutingAccelerators(of, {}),
    listeners: (of, AcceleratorArn) => of.sdk.paginateListCustomRoutingListeners(of, { AcceleratorArn }),
    groups: (of, ListenerArn) => of.sdk.paginateListCustomRoutingEndpointGroups(of, { ListenerArn }),
  }),
];
