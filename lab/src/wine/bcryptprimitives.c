/*
 * Wine 8 has no bcryptprimitives.dll, whose one export ProcessPrng is how newer runtimes ask Windows for random
 * bytes. This library gives the same bytes by the older door, SystemFunction036 of advapi32 (RtlGenRandom).
 */
#include <windows.h>

BOOLEAN WINAPI SystemFunction036(PVOID buffer, ULONG length);

#define LARGEST_REQUEST 0x40000000u

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE buffer, SIZE_T length)
{
    while (length > 0) {
        ULONG part = length > LARGEST_REQUEST ? LARGEST_REQUEST : (ULONG)length;
        if (!SystemFunction036(buffer, part)) return FALSE;
        buffer += part;
        length -= part;
    }
    return TRUE;
}
