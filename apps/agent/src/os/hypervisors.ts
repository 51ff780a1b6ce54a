const HYPERVISORS: readonly (readonly [RegExp, string])[] = [
  [/vmware/i, 'vmware'],
  [/virtualbox|innotek/i, 'virtualbox'],
  [/qemu|kvm/i, 'kvm'],
  [/microsoft corporation virtual machine/i, 'hyper-v'],
  [/xen/i, 'xen'],
  [/amazon ec2/i, 'amazon'],
  [/google compute/i, 'google'],
  [/apple virtualization|virtualmac/i, 'apple'],
  [/parallels/i, 'parallels'],
];

/** The hypervisor behind what the firmware says of maker and model; empty on real hardware. */
export function hypervisorOf(makerAndModel: string): string {
  return HYPERVISORS.find(([pattern]) => pattern.test(makerAndModel))?.[1] ?? '';
}

/** What board makers leave in place of a serial number, or of a name. */
const NOTHING =
  /^(0+|none|n\/a|default string|to be filled.*|not (specified|applicable)|system (serial number|manufacturer|product name)|x+)?$/i;

/** The text, or nothing where it is one of the board makers' fillers. */
export function unlessFiller(text: string): string {
  return NOTHING.test(text) ? '' : text;
}
