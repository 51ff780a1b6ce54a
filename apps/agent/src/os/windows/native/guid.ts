/** A GUID as Windows lays it out: the first three groups in the byte order of the machine, the others as written. */
export function guidBytes(text: string): Buffer {
  const [first = '', second = '', third = '', ...rest] = text.split('-');
  const turned = [first, second, third].map((group) => Buffer.from(group, 'hex').reverse());
  return Buffer.concat([...turned, Buffer.from(rest.join(''), 'hex')]);
}
