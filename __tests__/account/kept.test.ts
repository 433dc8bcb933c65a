import { keeper } from "../../account/kept";

test("named fields are kept, whole, through lists; nothing else is", () => {
  const keep = keeper(["Id", "Data.Groups", "Data.Interfaces.Subnet", "Rules"]);
  const answer = {
    Id: "lt-1",
    UserData: "secret",
    Data: { Groups: ["sg-1"], UserData: "secret", Interfaces: [{ Subnet: "subnet-1", Key: "secret" }] },
    Rules: [{ From: 1, To: 2 }],
  };
  expect(keep(answer)).toEqual({
    Id: "lt-1",
    Data: { Groups: ["sg-1"], Interfaces: [{ Subnet: "subnet-1" }] },
    Rules: [{ From: 1, To: 2 }],
  });
});

test("what is not there, and what is no object, is as it was", () => {
  const keep = keeper(["Id", "Data.Groups"]);
  expect(keep({})).toEqual({});
  expect(keep({ Id: undefined, Data: null })).toEqual({ Data: null });
});
