import type { Grant } from '@muster/contracts';

/** “Operator in Berlin, by Directory”. */
export function grantText({ roleName, placeName, provider }: Grant): string {
  const where = placeName === null ? 'everywhere' : `in ${placeName}`;
  return `${roleName} ${where}${provider === null ? '' : `, by ${provider}`}`;
}
