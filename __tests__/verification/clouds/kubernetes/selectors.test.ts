import type { Value } from "../../../../verification/model";
import { KubernetesObjects } from "../../../../verification/clouds/kubernetes/objects";
import { matches, Namespaces, readLabels, readSelector } from "../../../../verification/clouds/kubernetes/selectors";
import { isOpaque, unknown } from "../../../../verification/values";
import { manifests } from "../../../support/manifests";

const expression = (key: string, operator: string, ...values: string[]): Value => ({
  matchExpressions: [{ key, operator, values }],
});

function answer(selector: Value | undefined, labels: Value): unknown {
  const read = readSelector(selector);
  return isOpaque(read) ? "unreadable" : matches(read, readLabels(labels));
}

describe("a label selector", () => {
  const labels = { role: "db", tier: "back", empty: "", later: unknown("known after apply") };

  test.each<[string, Value | undefined, unknown]>([
    ["left out", undefined, true],
    ["null", null, true],
    ["empty", {}, true],
    ["with empty parts", { matchLabels: {}, matchExpressions: [] }, true],
    ["matchLabels, equal", { matchLabels: { role: "db" } }, true],
    ["matchLabels, another value", { matchLabels: { role: "web" } }, false],
    ["matchLabels, absent key", { matchLabels: { app: "db" } }, false],
    ["matchLabels, all must hold", { matchLabels: { role: "db", tier: "front" } }, false],
    ["matchLabels, empty value", { matchLabels: { empty: "" } }, true],
    ["In, one of", expression("role", "In", "web", "db"), true],
    ["In, none of", expression("role", "In", "web"), false],
    ["In, absent key", expression("app", "In", "web"), false],
    ["NotIn, none of", expression("role", "NotIn", "web"), true],
    ["NotIn, one of", expression("role", "NotIn", "web", "db"), false],
    ["NotIn, absent key", expression("app", "NotIn", "web"), true],
    ["Exists", expression("role", "Exists"), true],
    ["Exists, absent key", expression("app", "Exists"), false],
    ["Exists, empty value", expression("empty", "Exists"), true],
    ["DoesNotExist", expression("role", "DoesNotExist"), false],
    ["DoesNotExist, absent key", expression("app", "DoesNotExist"), true],
    [
      "matchLabels and matchExpressions, both must hold",
      { matchLabels: { role: "db" }, matchExpressions: [{ key: "tier", operator: "NotIn", values: ["back"] }] },
      false,
    ],
    ["a label not known, In", expression("later", "In", "web"), "unknown"],
    ["a label not known, NotIn", expression("later", "NotIn", "web"), "unknown"],
    ["a label not known, Exists", expression("later", "Exists"), true],
    ["a label not known, DoesNotExist", expression("later", "DoesNotExist"), false],
    ["false beats unknown", { matchLabels: { later: "a", role: "web" } }, false],
    ["a value not known", { matchLabels: { role: unknown("known after apply") } }, "unreadable"],
    ["In without values", expression("role", "In"), "unreadable"],
    ["Exists with values", expression("role", "Exists", "db"), "unreadable"],
    ["no such operator", expression("role", "Equals", "db"), "unreadable"],
    ["not a label value", { matchLabels: { role: "a,b" } }, "unreadable"],
    ["not a label key", { matchLabels: { "a=b": "c" } }, "unreadable"],
    ["not an object", "role=db", "unreadable"],
  ])("%s", (_, selector, expected) => {
    expect(answer(selector, labels)).toBe(expected);
  });

  test("has one key, however it is written", () => {
    const key = (selector: Value) => (readSelector(selector) as { key: string }).key;
    expect(key({ matchLabels: { b: "1", a: "2" } })).toBe("a=2,b=1");
    expect(key(expression("a", "In", "2"))).toBe(key({ matchLabels: { a: "2" } }));
    expect(key(expression("a", "NotIn", "y", "x"))).toBe("a notin (x,y)");
    expect(key({})).toBe("*");
  });
});

describe("a namespace", () => {
  const namespaces = new Namespaces(
    KubernetesObjects.of(manifests("{apiVersion: v1, kind: Namespace, metadata: {name: union, labels: {team: data}}}")),
  );

  test.each<[string, string | undefined, Value, unknown]>([
    ["has its name as a label", "union", { matchLabels: { "kubernetes.io/metadata.name": "union" } }, true],
    ["has no other name", "union", { matchLabels: { "kubernetes.io/metadata.name": "tasks" } }, false],
    ["has the labels it declares", "union", { matchLabels: { team: "data" } }, true],
    ["has no further labels", "union", expression("owner", "DoesNotExist"), true],
    ["not in the input has its name", "kube-system", expression("kubernetes.io/metadata.name", "NotIn", "union"), true],
    ["not in the input may have any label", "kube-system", { matchLabels: { team: "data" } }, "unknown"],
    ["without a known name may be any", undefined, expression("kubernetes.io/metadata.name", "In", "union"), "unknown"],
  ])("%s", (_, name, selector, expected) => {
    const read = readSelector(selector);
    expect(!isOpaque(read) && matches(read, namespaces.labels(name))).toBe(expected);
  });
});
