#include <pilab/base/digest.h>

#include <sodium.h>

const char *sha256_hex(const void *data, size_t length, char out[SHA256_HEX_SIZE])
{
    unsigned char digest[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(digest, data, length);
    return hex_encode(digest, sizeof digest, out);
}

const char *hmac_sha256_hex(const unsigned char key[32], const void *data, size_t length,
                            char out[SHA256_HEX_SIZE])
{
    unsigned char digest[crypto_auth_hmacsha256_BYTES];

    crypto_auth_hmacsha256(digest, data, length, key);
    return hex_encode(digest, sizeof digest, out);
}

const char *hex_encode(const unsigned char *bytes, size_t length, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < length; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * length] = '\0';
    return out;
}

int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(const char *text, unsigned char *out, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        int high = hex_value(text[2 * i]);
        int low = high < 0 ? -1 : hex_value(text[2 * i + 1]);
        if (low < 0)
            return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return text[2 * length] == '\0';
}
