import { reach } from "../../../../../verification/evaluate";
import type { Endpoint } from "../../../../../verification/model";
import { AddressSet } from "../../../../../packets/address-set";
import { certain, judged, only, opens, type Resources } from "../../../../support/google-part";

const NET = "${google_compute_network.n.id}";

describe("Cloud Run", () => {
  const v2 = (values: object) =>
    only(
      judged({ google_compute_network: { n: {} }, google_cloud_run_v2_service: { s: values } }),
      "google_cloud_run_v2_service.s",
    );
  const v1 = (ingress: string | undefined) =>
    only(
      judged({
        google_cloud_run_service: {
          s: { metadata: [{ annotations: { ...(ingress && { "run.googleapis.com/ingress": ingress }) } }] },
        },
      }),
      "google_cloud_run_service.s",
    );
  test.each<[string, Endpoint, string]>([
    ["open unless written", v2({}), "tcp 80, 443"],
    ["open", v2({ ingress: "INGRESS_TRAFFIC_ALL" }), "tcp 80, 443"],
    ["internal", v2({ ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" }), "nothing"],
    ["behind a load balancer", v2({ ingress: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" }), "nothing"],
    ["first generation, open unless written", v1(undefined), "tcp 80, 443"],
    ["first generation, internal", v1("internal"), "nothing"],
  ])("%s", (_, endpoint, services) => {
    expect(opens(endpoint, "1.1.1.1")).toEqual(certain(services));
  });

  test("unknown ingress may let everyone in", () => {
    expect(opens(v2({ ingress: "a${x.y}" }), "1.1.1.1")).toEqual(["nothing", "tcp 80, 443"]);
  });

  test.each(["google_cloud_run_v2_job", "google_cloud_run_v2_worker_pool"])("%s answers nobody", (type) => {
    const part = judged({ [type]: { x: {} } });
    expect(part.unjudged).toEqual([]);
    expect(opens(only(part, `${type}.x`), "1.1.1.1")).toEqual(certain("nothing"));
  });

  test("what it sends is free, or filtered by the network that all of it goes through", () => {
    const template = (values: object) => ({
      vpc_access: [{ network_interfaces: [{ network: NET, tags: ["run"] }], ...values }],
    });
    const out = (values: object) => {
      const part = judged({
        google_compute_network: { n: {} },
        google_compute_firewall: {
          d: {
            network: NET,
            direction: "EGRESS",
            deny: [{ protocol: "all" }],
            destination_ranges: ["0.0.0.0/0", "::/0"],
            target_tags: ["run"],
          },
        },
        google_cloud_run_v2_service: {
          s: { template: [template(values)] },
        },
        google_cloud_run_v2_job: { s: { template: [{ template: [template(values)] }] } },
      });
      const internet = { addresses: AddressSet.ofCidr("1.1.1.1"), groups: new Set<string>() };
      return ["service", "job"].map((kind) =>
        reach(only(part, `google_cloud_run_v2_${kind}.s`), "outbound", internet)
          .possible.services()
          .toString(),
      );
    };
    expect(out({})).toEqual(["any", "any"]);
    expect(out({ egress: "PRIVATE_RANGES_ONLY" })).toEqual(["any", "any"]);
    expect(out({ egress: "ALL_TRAFFIC" })).toEqual(["nothing", "nothing"]);
  });
});

describe("functions", () => {
  const ALL = certain("tcp 80, 443");
  const NONE = certain("nothing");
  const first = (values: object) => ["google_cloudfunctions_function", values] as const;
  const second = (values: object) => ["google_cloudfunctions2_function", { service_config: [values] }] as const;
  test.each<[string, readonly [string, object], [string, string]]>([
    ["first generation, open unless written", first({ trigger_http: true }), ALL],
    ["first generation, open", first({ trigger_http: true, ingress_settings: "ALLOW_ALL" }), ALL],
    ["first generation, internal", first({ ingress_settings: "ALLOW_INTERNAL_ONLY" }), NONE],
    ["first generation, behind a load balancer", first({ ingress_settings: "ALLOW_INTERNAL_AND_GCLB" }), NONE],
    ["first generation, triggered by events", first({ event_trigger: [{ event_type: "e", resource: "r" }] }), NONE],
    ["first generation, unknown", first({ ingress_settings: "a${x.y}" }), ["nothing", "tcp 80, 443"]],
    ["second generation, open unless written", second({}), ALL],
    ["second generation, without a service", ["google_cloudfunctions2_function", {}], ALL],
    ["second generation, internal", second({ ingress_settings: "ALLOW_INTERNAL_ONLY" }), NONE],
  ])("%s", (_, [type, values], expected) => {
    const part = judged({ [type]: { f: values } });
    expect(opens(only(part, `${type}.f`), "1.1.1.1")).toEqual(expected);
    expect(part.unjudged).toEqual([]);
  });
});

describe("App Engine", () => {
  const STANDARD = "google_app_engine_standard_app_version";
  const opened = (more: Resources, address = "1.1.1.1") =>
    opens(only(judged({ [STANDARD]: { v: { service: "web", project: "p" } }, ...more }), `${STANDARD}.v`), address);
  const settings = (values: object, ingress: string) => ({
    google_app_engine_service_network_settings: {
      s: { ...values, network_settings: [{ ingress_traffic_allowed: ingress }] },
    },
  });
  const rules = (...listed: object[]) => ({
    google_app_engine_firewall_rule: Object.fromEntries(listed.map((rule, index) => [`r${index}`, rule])),
  });
  const deny = { source_range: "*", action: "DENY", priority: 2147483647 };
  const INTERNAL = "INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY";

  test.each<[string, Resources, [string, string]]>([
    ["open unless written", {}, certain("tcp 80, 443")],
    ["internal", settings({ service: "web" }, INTERNAL), certain("nothing")],
    [
      "behind a load balancer",
      settings({ service: "web" }, "INGRESS_TRAFFIC_ALLOWED_INTERNAL_AND_LB"),
      certain("nothing"),
    ],
    ["open by its settings", settings({ service: "web" }, "INGRESS_TRAFFIC_ALLOWED_ALL"), certain("tcp 80, 443")],
    ["another service's settings", settings({ service: "api" }, INTERNAL), certain("tcp 80, 443")],
    ["another project's settings", settings({ service: "web", project: "q" }, INTERNAL), certain("tcp 80, 443")],
    ["settings of an unknown service", settings({ service: "a${x.y}" }, INTERNAL), ["nothing", "tcp 80, 443"]],
    ["all refused", rules(deny), certain("nothing")],
    [
      "all refused after one is let in",
      rules({ ...deny, priority: 2000 }, { source_range: "1.1.1.0/24", action: "ALLOW", priority: 1000 }),
      certain("tcp 80, 443"),
    ],
    [
      "all refused after another is let in",
      rules(deny, { source_range: "2.2.2.0/24", action: "ALLOW", priority: 1000 }),
      certain("nothing"),
    ],
    [
      "all refused before one is let in",
      rules({ ...deny, priority: 10 }, { source_range: "1.1.1.0/24", action: "ALLOW", priority: 1000 }),
      certain("nothing"),
    ],
    ["another project's rules", rules({ ...deny, project: "q" }), certain("tcp 80, 443")],
    ["a rule of unknown action", rules({ ...deny, action: "a${x.y}" }), certain("tcp 80, 443")],
  ])("%s", (_, more, expected) => {
    expect(opened(more)).toEqual(expected);
  });

  describe("rules of an application whose versions are not in the input", () => {
    const alone = (...listed: object[]) =>
      judged(rules(...listed)).endpoints.map((one) => [one.id, one.elsewhere, ...opens(one, "1.1.1.1")]);
    const allow = { source_range: "*", action: "ALLOW", priority: 1 };
    const [first, second] = ["google_app_engine_firewall_rule.r0", "google_app_engine_firewall_rule.r1"];

    test("let in whom they let in, by their order", () => {
      expect(alone(allow)).toEqual([[first, true, ...certain("tcp 80, 443")]]);
      expect(alone({ ...allow, source_range: "0.0.0.0/0" })).toEqual([[first, true, ...certain("tcp 80, 443")]]);
      expect(alone(allow, deny)).toEqual([[first, true, ...certain("tcp 80, 443")]]);
      expect(alone(deny)).toEqual([[first, true, ...certain("nothing")]]);
      expect(alone(allow, { ...deny, priority: 0 })).toEqual([[first, true, ...certain("nothing")]]);
      expect(alone({ ...allow, source_range: "10.0.0.0/8" }, deny)).toEqual([[first, true, ...certain("nothing")]]);
      expect(alone({ ...allow, action: "a${x.y}" })).toEqual([[first, true, "nothing", "any"]]);
    });

    test("are those of their own project", () => {
      expect(alone({ ...allow, project: "p" }, { ...deny, priority: 0, project: "q" })).toEqual([
        [first, true, ...certain("tcp 80, 443")],
        [second, true, ...certain("nothing")],
      ]);
      const part = judged({ ...rules({ ...allow, project: "q" }), [STANDARD]: { v: { project: "p" } } });
      expect(part.endpoints.map(({ id }) => id)).toEqual([`${STANDARD}.v`, first]);
    });

    test("are the application's where the input has a version", () => {
      const part = judged({ ...rules(allow), [STANDARD]: { v: {} } });
      expect(part.endpoints.map(({ id }) => id)).toEqual([`${STANDARD}.v`]);
    });
  });

  test("a flexible version's machines are in its network too", () => {
    const type = "google_app_engine_flexible_app_version";
    const part = judged({ [type]: { v: { service: "web", network: [{ name: "n", instance_tag: "web" }] } } });
    expect(part.endpoints.map(({ id, kind, network }) => [id, kind, network])).toEqual([
      [`${type}.v`, "instance", "n"],
      [`${type}.v`, "service", undefined],
    ]);
  });
});
