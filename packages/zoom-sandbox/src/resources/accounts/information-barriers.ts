/** Information barriers: groups of people that may not reach each other. */
import { type Sandbox, zoomError } from "../../sandbox.ts";

interface Policy {
  id: string;
  assigned_group_id: string;
  to_group_id: string;
  policy_name: string;
  /** 0 disabled, 1 enabled. */
  status: number;
  type: number;
  settings: Record<string, boolean>;
}

/** The policies' operations. */
export function informationBarriers(sandbox: Sandbox): void {
  const { api, ids } = sandbox;
  const rows = sandbox.table<Policy>("information_barriers");
  const named = (id: string): Policy => {
    const found = rows.get(id);
    if (!found) throw zoomError(400, 7001, `Group policy not found: ${id}.`);
    return found;
  };
  const check = (policy: Policy, self?: Policy): void => {
    const { assigned_group_id, to_group_id } = policy;
    if (assigned_group_id === "" || assigned_group_id === to_group_id) {
      throw zoomError(
        400,
        300,
        "assigned_group_id and to_group_id are required fields and cannot be left empty or the same",
      );
    }
    const twin = rows.find(
      (row) => row !== self && row.assigned_group_id === assigned_group_id && row.to_group_id === to_group_id,
    );
    if (twin) {
      const message =
        "Unable to add this policy, as it would create duplicate policies which is not permitted.";
      throw zoomError(400, 7002, message);
    }
  };
  const told = (policy: Policy) => ({ ...policy });

  api.on("GET /information_barriers/policies", (call) => {
    const { rows: policies, ...page } = call.page(rows.all());
    return { ...page, policies };
  });
  api.on("POST /information_barriers/policies", (call) => {
    const policy = { ...call.body<Policy>(), id: ids.key() };
    check(policy);
    rows.set(policy.id, policy);
    sandbox.emit("information_barriers.policy_created", { ...call.operator, object: told(policy) });
    return policy;
  });
  api.on("GET /information_barriers/policies/{policyId}", (call) => named(call.params.policyId));
  api.on("PATCH /information_barriers/policies/{policyId}", (call) => {
    const policy = named(call.params.policyId);
    const { id: _, ...change } = call.body<Policy>();
    const { id: _id, ...before } = told(policy);
    check({ ...policy, ...change }, policy);
    Object.assign(policy, change);
    // Zoom: its example nests the policies, its schema does not; both are sent.
    const { id, ...new_policy } = told(policy);
    sandbox.emit("information_barriers.policy_updated", {
      object: { ...told(policy), id, new_policy, old_policy: before },
    });
    return call.answer(200);
  });
  api.on("DELETE /information_barriers/policies/{policyId}", (call) => {
    const policy = named(call.params.policyId);
    rows.delete(policy.id);
    sandbox.emit("information_barriers.policy_deleted", { ...call.operator, object: told(policy) });
  });
}
