/** The drawn topology: which parts and arrows a system has, and where elkjs puts them. */
import type ElkConstructor from "elkjs/lib/elk-api";
import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api";
import type { Drawing, PathState, Topology } from "./model";

export interface Part {
  readonly id: string;
  readonly title: string;
  /** What this deployment has there, in one or more lines; only their number is part of the shape. */
  readonly subtitle: string;
  /** The frame that it stands in. */
  readonly within?: string;
}

export interface Arrow {
  /** The initiator. */
  readonly from: string;
  readonly to: string;
  readonly label: readonly string[];
  readonly state: PathState;
}

export interface Graph {
  readonly parts: readonly Part[];
  readonly arrows: readonly Arrow[];
}

const NODE_WIDTH = 204;
/** Height of a part's title with the space around it. */
const TITLE_HEIGHT = 36;
const SUBTITLE_HEIGHT = 17;
const LINE_HEIGHT = 15;
/** Width of a character of a label, at most. */
const CHARACTER = 6.6;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.padding": "[top=8,left=8,bottom=8,right=8]",
  "elk.layered.spacing.nodeNodeBetweenLayers": "34",
  "elk.spacing.nodeNode": "26",
  "elk.spacing.edgeNode": "18",
  "elk.spacing.edgeEdge": "12",
  "elk.layered.spacing.edgeNodeBetweenLayers": "16",
  "elk.spacing.edgeLabel": "3",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
};
const FRAME_OPTIONS = { "elk.padding": "[top=50,left=16,bottom=16,right=16]" };

/** Graphs, each shape once: deployments differ in names far more than in shape. */
export class Shapes {
  private readonly indices = new Map<string, number>();
  /** One of each shape. */
  readonly graphs: Graph[] = [];

  /** The topology of a graph; its drawing is that of the one at `shape` of {@link graphs}. */
  topologyOf(graph: Graph): Topology {
    const { parts, arrows } = graph;
    const states = arrows.map(({ state }) => state);
    return { shape: this.indexOf(graph), subtitles: parts.map(({ subtitle }) => subtitle), states };
  }

  /** Where a graph of the same shape is in {@link graphs}. */
  indexOf({ parts, arrows }: Graph): number {
    const key = JSON.stringify([
      parts.map(({ id, title, within, subtitle }) => [id, title, within, linesOf(subtitle)]),
      arrows.map(({ from, to, label }) => [from, to, label]),
    ]);
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    this.indices.set(key, this.graphs.length);
    return this.graphs.push({ parts, arrows }) - 1;
  }
}

const linesOf = (subtitle: string) => subtitle.split("\n").length;

/** Where everything of a graph is drawn. */
export async function layOut({ parts, arrows }: Graph): Promise<Drawing> {
  const isFrame = (id: string) => parts.some(({ within }) => within === id);
  const nodeOf = ({ id, subtitle }: Part): ElkNode =>
    isFrame(id)
      ? { id, layoutOptions: FRAME_OPTIONS, children: childrenOf(id) }
      : { id, width: NODE_WIDTH, height: TITLE_HEIGHT + linesOf(subtitle) * SUBTITLE_HEIGHT };
  const childrenOf = (frame: string | undefined): ElkNode[] =>
    parts.filter(({ within }) => within === frame).map(nodeOf);
  const edges = arrows.map(({ from, to, label }, i): ElkExtendedEdge => ({
    id: String(i),
    sources: [from],
    targets: [to],
    labels: [
      {
        text: label.join("\n"),
        width: Math.max(...label.map((line) => line.length)) * CHARACTER + 8,
        height: label.length * LINE_HEIGHT + 2,
      },
    ],
  }));
  const graph: ElkNode = { id: "root", layoutOptions: OPTIONS, children: childrenOf(undefined), edges };
  const root: ElkNode = await elk().layout(graph);
  const places = absolute(root);
  const boxOf = (id: string) => places.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  return {
    width: Math.ceil(root.width ?? 0),
    height: Math.ceil(root.height ?? 0),
    nodes: parts.map(({ id, title }) => ({ ...rounded(boxOf(id)), title, frame: isFrame(id) })),
    arrows: arrows.map(({ from, to, label }, i) => {
      const edge = edgeOf(root, String(i));
      const origin = edge.container === undefined || edge.container === "root" ? { x: 0, y: 0 } : boxOf(edge.container);
      const moved = ({ x = 0, y = 0 }) => [Math.round(x + origin.x), Math.round(y + origin.y)] as const;
      const points = (edge.sections ?? []).flatMap(({ startPoint, bendPoints = [], endPoint }) =>
        [startPoint, ...bendPoints, endPoint].map(moved),
      );
      const { x = 0, y = 0, width = 0, height = 0 } = edge.labels?.[0] ?? {};
      const titleOf = (id: string) => parts.find((part) => part.id === id)?.title ?? id;
      const box = rounded({ x: x + origin.x, y: y + origin.y, width, height });
      return { from: titleOf(from), to: titleOf(to), points, label: { ...box, lines: label } };
    }),
  };
}

let engine: InstanceType<typeof ElkConstructor> | undefined;

/** Loaded with the first layout: the library is large, and only this report needs it. */
function elk(): InstanceType<typeof ElkConstructor> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is needed
  const Elk = require("elkjs/lib/elk.bundled.js") as typeof ElkConstructor;
  return (engine ??= new Elk());
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Places of all nodes in the whole drawing; the layout has each relative to its frame. */
function absolute(root: ElkNode): Map<string, Place> {
  const places = new Map<string, Place>();
  const visit = ({ children = [] }: ElkNode, left: number, top: number) => {
    for (const child of children) {
      const { id, x = 0, y = 0, width = 0, height = 0 } = child;
      places.set(id, { x: left + x, y: top + y, width, height });
      visit(child, left + x, top + y);
    }
  };
  visit(root, 0, 0);
  return places;
}

function edgeOf(node: ElkNode, id: string): ElkExtendedEdge & { readonly container?: string } {
  const found = node.edges?.find((edge) => edge.id === id);
  if (!found) throw new Error(`The layout has lost edge ${id}`);
  return found;
}

function rounded({ x, y, width, height }: Place): Place {
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}
