import type { Language } from "../languages";
import type { Tenant } from "../tenant";
import { Face } from "./face";
import { Icon, SHUT } from "./icon";
import { NAMES, type Strings } from "./strings";

interface HeaderProps {
  tenant: Tenant;
  language: Language;
  strings: Strings;
  onLanguage(language: Language): void;
  onClose(): void;
}

export function Header({ tenant, language, strings, onLanguage, onClose }: HeaderProps) {
  return (
    <div class="head">
      <Face tenant={tenant} />
      <div class="who">
        <p class="name">{tenant.name || strings.log}</p>
        <p class="subtitle">{strings.subtitle}</p>
      </div>
      {tenant.languages.length > 1 && (
        <select
          aria-label={strings.language}
          value={language}
          onChange={(event) => onLanguage(event.currentTarget.value as Language)}
        >
          {tenant.languages.map((spoken) => (
            <option key={spoken} value={spoken} selected={spoken === language}>
              {NAMES[spoken]}
            </option>
          ))}
        </select>
      )}
      <button type="button" class="plain" aria-label={strings.close} onClick={onClose}>
        <Icon path={SHUT} />
      </button>
    </div>
  );
}
