import {
  IconBrandApple,
  IconBrandDebian,
  IconBrandUbuntu,
  IconBrandWindows,
  IconServer,
} from '@tabler/icons-react';

/** The mark of a system's family; its name stands beside it, so that the mark itself says nothing. */
export function SystemIcon({ os, name, size = 14 }: { os: string; name: string; size?: number }) {
  const Icon = iconOf(os, name);
  return <Icon size={size} stroke={1.6} aria-hidden />;
}

function iconOf(os: string, name: string) {
  if (os === 'windows') return IconBrandWindows;
  if (os === 'darwin') return IconBrandApple;
  if (/debian/i.test(name)) return IconBrandDebian;
  return /ubuntu/i.test(name) ? IconBrandUbuntu : IconServer;
}
