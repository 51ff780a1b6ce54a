/**
 * Words that people build passwords from first, folded as password-rule.ts folds: letters only, digits that stand for
 * letters undone. Our own list: it need not be long, because what is made of several of them is found as well.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `a i abc abcd abcde abcdef abcdefg abcdefgh access account admin administrator adobe alexander alpha amanda andrea andrew
  angel angela anna anthony apple april arsenal ashley asdf asdfg asdfgh asdfghj asdfghjkl august austin autumn azerty
  babygirl backup bailey banana barcelona baseball basketball batman beach bear beer berlin biteme blink bond boss boston
  brandon buster butterfly change changeit changeme charlie cheese chelsea chicken chocolate chris cisco coffee computer
  cookie corvette cowboy dallas daniel database david december default dell demo diamond dragon eagle eminem enter
  example fall family february ferrari firewall flower football forever forum freedom friday friends ftp fuckyou gandalf
  george ginger god golf google guest guitar hallo hammer hannah harley heaven hello helpdesk hockey home hotdog house
  hunter iceman iloveyou internet is it january jasmine jennifer jessica jesus jordan joshua july june justin keyboard
  killer king knight letmein liverpool login london love loveme lovely maggie manager march marina martin master matrix
  matthew me mercedes merlin michael michelle microsoft monday monkey monster mother mustang muster my naruto network new
  nicole ninja nothing november october office oracle orange pass passw passwd password passwort peanut pepper phoenix
  pokemon princess private purple qaz qazwsx qazwsxedc qwe qwer qwert qwerty qwertz qwertyui qwertyuiop qwertzuiop rachel
  ranger remote robert root router samantha samsung saturday secret secure security september server service setup
  shadow silver snoopy soccer spring star starwars steelers summer sunday sunshine superman support switch sysadmin
  system taylor tech temp temporary test tester testing the this thomas thunder thursday tigger toor toyota trustno
  trustnoone tuesday user username vagrant wednesday welcome whatever william windows winner winter wizard wsx work
  yankees year you your zaq zxc zxcv zxcvb zxcvbn zxcvbnm`
    .split(/\s+/)
    .filter(Boolean),
);
