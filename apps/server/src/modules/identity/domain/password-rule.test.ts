import { expect, test } from 'bun:test';
import { demandGoodPassword, whyBad } from './password-rule.ts';

const ada = { email: 'ada.lovelace@example.org', name: 'Ada Lovelace' };

test('SE-5: a password is measured by its length and by what is tried first, not by classes of characters', () => {
  const good = [
    'correct horse battery',
    'gravel tulip oxygen',
    'zzxkqpwmvbnt',
    'мой длинный пароль',
    'a1b2 kestrel 9!',
  ];
  expect(good.map((password) => [password, whyBad(password, ada)])).toEqual(
    good.map((password) => [password, undefined]),
  );
});

test('SE-5: short, common, walked and repeated passwords are refused, in disguise too', () => {
  const bad: Record<string, string> = {
    'Tr0ub4dor&3': 'shorter',
    password1234: 'words',
    'P@ssw0rd!2026': 'words',
    Passwort123456: 'words',
    'Summer2026!!!': 'words',
    letmeinletmein: 'words',
    qwertyuiop123: 'words',
    AdminAdmin2026: 'words',
    aaaaaaaaaaaaaa: 'repeats',
    abababababab12: 'repeats',
    '1qaz2wsx3edc': 'walk',
    '123456789012': 'walk',
    '098765432109': 'walk',
    'ada.lovelace2026': 'owner',
  };
  for (const [password, reason] of Object.entries(bad))
    expect([password, whyBad(password, ada)]).toEqual([password, expect.stringMatching(reason)]);
  expect(() => demandGoodPassword('password1234', ada)).toThrow('tried first');
});
