// Certificates of invented agencies for tests of the registry. Self-signed with openssl; the
// private keys are gone.
#ifndef LIAISON_TESTS_PARTNERS_CERTIFICATES_H_
#define LIAISON_TESTS_PARTNERS_CERTIFICATES_H_

namespace liaison::partners {

inline constexpr char kOwnTlsCertificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBqzCCAVKgAwIBAgIUJfPjkps03rNmrFgzEURe1IIYXa8wCgYIKoZIzj0EAwIw\n"
    "FjEUMBIGA1UEAwwLYmdjLWV4YW1wbGUwIBcNMjYxMTIzMjMwMDQ0WhgPMjEyNjEw\n"
    "MzAyMzAwNDRaMBYxFDASBgNVBAMMC2JnYy1leGFtcGxlMFkwEwYHKoZIzj0CAQYI\n"
    "KoZIzj0DAQcDQgAEt+a9SxhZQ+KdlrxMJhR/8LJ9L7LVC9lTRZO+qevClY9MRAmt\n"
    "yqCBdn5Iqp5J90NlOBPhssJ2r+V4lWkFATlbeaN8MHowHQYDVR0OBBYEFLiguMRd\n"
    "mElhUBYBZwTbbw7Kuw1sMB8GA1UdIwQYMBaAFLiguMRdmElhUBYBZwTbbw7Kuw1s\n"
    "MA8GA1UdEwEB/wQFMAMBAf8wJwYDVR0RBCAwHoYcbGlhaXNvbjovL2FnZW5jeS9i\n"
    "Z2MtZXhhbXBsZTAKBggqhkjOPQQDAgNHADBEAiBcRdMXy/zPnTNS+DYS9+VyJF8E\n"
    "wGunspVo14+59eCqawIgZVGiQ17i5HecgxMkiPHbY1TO9BJ31A4vZ58glm1sCrA=\n"
    "-----END CERTIFICATE-----\n";
inline constexpr char kOwnTlsDigest[] =
    "08d4a61323de72d0e91db198c6dadec7f92c0c31cf0674f99d7f7c45b3be1f00";

inline constexpr char kOwnMessageCertificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBqzCCAVKgAwIBAgIUREM8ZDE3Yk8/ksg7Hg6Rm7hVZfswCgYIKoZIzj0EAwIw\n"
    "FjEUMBIGA1UEAwwLYmdjLWV4YW1wbGUwIBcNMjYxMTIzMjMwMDQ0WhgPMjEyNjEw\n"
    "MzAyMzAwNDRaMBYxFDASBgNVBAMMC2JnYy1leGFtcGxlMFkwEwYHKoZIzj0CAQYI\n"
    "KoZIzj0DAQcDQgAEomp4hTOKwE6MlOGQ/TxHM7slbcOmS+fhTeEVsLLJ7IZpJwjV\n"
    "s3bvEBSJCTP+p8hJ15LUDo7mylRoeuuHfZRQS6N8MHowHQYDVR0OBBYEFA1zH28l\n"
    "Sy5HZbsQOB56wbS8EvdNMB8GA1UdIwQYMBaAFA1zH28lSy5HZbsQOB56wbS8EvdN\n"
    "MA8GA1UdEwEB/wQFMAMBAf8wJwYDVR0RBCAwHoYcbGlhaXNvbjovL2FnZW5jeS9i\n"
    "Z2MtZXhhbXBsZTAKBggqhkjOPQQDAgNHADBEAiB8S+v3lOUv8TMkuu6xrRPz/pow\n"
    "1py6SOhNBHYrqYRpNwIgEvclhwrCY2H26ZC02CrY7FkJdwmJ95ainuU9FXFvAyE=\n"
    "-----END CERTIFICATE-----\n";
inline constexpr char kOwnMessageDigest[] =
    "5976487ce872340fca0d79edffd20cf5e0809e38b930ba1dee3514643980e4a7";

inline constexpr char kHoFirstCertificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBqjCCAU+gAwIBAgIUehuzuCZUI9hHKxzaurEopRvYXnIwCgYIKoZIzj0EAwIw\n"
    "FTETMBEGA1UEAwwKaG8tZXhhbXBsZTAgFw0yNjExMjMyMzAwNDRaGA8yMTI2MTAz\n"
    "MDIzMDA0NFowFTETMBEGA1UEAwwKaG8tZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG\n"
    "SM49AwEHA0IABMhG4pzFENVf7FyiYNAdAFkwI78HFhgbTOiMS7O7RztalFMmQlBL\n"
    "HEFMpX5FK0Hey7OSm4sv/x/p/jZzOXi/4vCjezB5MB0GA1UdDgQWBBS/9C07crjy\n"
    "mJ/D7kr/v2ghwwg5rDAfBgNVHSMEGDAWgBS/9C07crjymJ/D7kr/v2ghwwg5rDAP\n"
    "BgNVHRMBAf8EBTADAQH/MCYGA1UdEQQfMB2GG2xpYWlzb246Ly9hZ2VuY3kvaG8t\n"
    "ZXhhbXBsZTAKBggqhkjOPQQDAgNJADBGAiEA66ztx8OXlZoX8fzApwHDHcJTDQb6\n"
    "T+GEX7ZjXuHDqWkCIQDM4G5cpgKX5kpfFDA/GKyJWN5jOOhIOVoHmyHzkhEVQg==\n"
    "-----END CERTIFICATE-----\n";
inline constexpr char kHoFirstDigest[] =
    "5591138d54490df6b8ae4b362678cc72cc97023ac4274ca3aa0abadd6081de51";

inline constexpr char kHoSecondCertificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBqjCCAU+gAwIBAgIUdW67NuNmHKuyQs8LhkUBbRYi6kkwCgYIKoZIzj0EAwIw\n"
    "FTETMBEGA1UEAwwKaG8tZXhhbXBsZTAgFw0yNjExMjMyMzAwNDRaGA8yMTI2MTAz\n"
    "MDIzMDA0NFowFTETMBEGA1UEAwwKaG8tZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG\n"
    "SM49AwEHA0IABGE6V/EOvaHwaxJyPoWdTKZhGTNFoENCjKUroJxjbwlaobTLw/z/\n"
    "9s5quMTDehTOlhyjPF09r+bYLexD+FQSGYqjezB5MB0GA1UdDgQWBBQGjYj9dtr8\n"
    "QaBryJL2xFQn2Q1euDAfBgNVHSMEGDAWgBQGjYj9dtr8QaBryJL2xFQn2Q1euDAP\n"
    "BgNVHRMBAf8EBTADAQH/MCYGA1UdEQQfMB2GG2xpYWlzb246Ly9hZ2VuY3kvaG8t\n"
    "ZXhhbXBsZTAKBggqhkjOPQQDAgNJADBGAiEAlwhlZc8UCd1KzoL8JPOk0DC6f6L2\n"
    "RUdEaanWyrELT2cCIQCY8Mdl4o4bKByP3xR0HOdXx4xMqnhG5phAwhuTqKs4Pw==\n"
    "-----END CERTIFICATE-----\n";
inline constexpr char kHoSecondDigest[] =
    "f4c1be26edc314d8c6a3ffe68d425def4dfbb92df589e6ce4356530ab2223db8";

inline constexpr char kIoCertificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBqDCCAU+gAwIBAgIUPlPhFtAt1Xummb1+T7EJhhG8/lkwCgYIKoZIzj0EAwIw\n"
    "FTETMBEGA1UEAwwKaW8tZXhhbXBsZTAgFw0yNjExMjMyMzAwNDRaGA8yMTI2MTAz\n"
    "MDIzMDA0NFowFTETMBEGA1UEAwwKaW8tZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG\n"
    "SM49AwEHA0IABIOOeRaxbM1RDKJWQCG4O8pacPakyJ84IXeqxNDrH5WPdeApMzwi\n"
    "Om3gN33hO8P0DLRRmWXtWHq2izpdqvPdy1OjezB5MB0GA1UdDgQWBBQwJbPRhIJ2\n"
    "/kdLQYS/6eRYFWYI/DAfBgNVHSMEGDAWgBQwJbPRhIJ2/kdLQYS/6eRYFWYI/DAP\n"
    "BgNVHRMBAf8EBTADAQH/MCYGA1UdEQQfMB2GG2xpYWlzb246Ly9hZ2VuY3kvaW8t\n"
    "ZXhhbXBsZTAKBggqhkjOPQQDAgNHADBEAiBi4VpStpKGmejCmBoCb40io/SDwkuf\n"
    "BJvbcy72Pi8C8QIgcfEkNnUXu1WImbmWTRek7HvrC4z023PtyoprCCBWcWw=\n"
    "-----END CERTIFICATE-----\n";
inline constexpr char kIoDigest[] =
    "a66ea2b88c0cf6543ba6882da103a2ebac36befda40fa997cb1f7e7e117b139c";

}  // namespace liaison::partners

#endif  // LIAISON_TESTS_PARTNERS_CERTIFICATES_H_
