import type { Tenant } from "../tenant";

/** The company's logo, or its initial. */
export function Face({ tenant }: { tenant: Tenant }) {
  return (
    <span class="face" aria-hidden="true">
      {tenant.logo ? <img src={tenant.logo} alt="" /> : (tenant.name || "S").slice(0, 1)}
    </span>
  );
}
