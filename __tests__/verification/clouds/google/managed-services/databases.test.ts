import { certain, judged, only, opens } from "../../../../support/google-part";

const NET = "${google_compute_network.n.id}";

describe("databases", () => {
  const ID = "google_sql_database_instance.d";
  const database = (ip_configuration: object | undefined, database_version: unknown = "POSTGRES_16") =>
    only(
      judged({
        google_compute_network: { n: { auto_create_subnetworks: false } },
        google_sql_database_instance: {
          d: { database_version, settings: [{ ...(ip_configuration && { ip_configuration: [ip_configuration] }) }] },
        },
      }),
      ID,
    );
  const authorized = (...values: string[]) => ({ authorized_networks: values.map((value) => ({ value })) });
  test.each<[string, object | undefined, string, [string, string]]>([
    ["public unless written, for the Auth Proxy alone", undefined, "1.1.1.1", certain("tcp 3307")],
    ["an authorized network", authorized("1.0.0.0/8"), "1.1.1.1", certain("tcp 3307, 5432")],
    ["another one", authorized("2.0.0.0/8"), "1.1.1.1", certain("tcp 3307")],
    ["everyone authorized", authorized("0.0.0.0/0"), "1.1.1.1", certain("tcp 3307, 5432")],
    ["an unknown one", authorized("a${x.y}"), "1.1.1.1", ["tcp 3307", "tcp 3307, 5432"]],
    ["no public address", { ipv4_enabled: false, private_network: NET }, "1.1.1.1", certain("nothing")],
    [
      "no public address, authorized all the same",
      { ipv4_enabled: false, ...authorized("0.0.0.0/0") },
      "1.1.1.1",
      certain("nothing"),
    ],
    [
      "no public address, from inside",
      { ipv4_enabled: false, private_network: NET },
      "10.0.0.1",
      certain("tcp 3307, 5432"),
    ],
    ["an unknown answer", { ipv4_enabled: "a${x.y}" }, "1.1.1.1", ["nothing", "tcp 3307"]],
  ])("%s", (_, configuration, address, expected) => {
    expect(opens(database(configuration), address)).toEqual(expected);
  });

  test.each<[unknown, string]>([
    ["MYSQL_8_0", "tcp 3306-3307"],
    ["SQLSERVER_2022_STANDARD", "tcp 1433, 3307"],
    ["a${x.y}", "tcp 1433, 3306-3307, 5432"],
  ])("ports of %s", (version, expected) => {
    expect(opens(database(authorized("0.0.0.0/0"), version), "1.1.1.1")).toEqual(certain(expected));
  });
});
