/* Made by coefficients.sollya; do not edit. */
/* clang-format off */
#ifndef TAUT_MATH_COEFFICIENTS_H
#define TAUT_MATH_COEFFICIENTS_H
#define TAUT_TWO_OVER_PI 0x1.45f306dc9c883p-1
#define TAUT_HALF_PI_1 0x1.921fb4p0
#define TAUT_HALF_PI_2 0x1.4442dp-24
#define TAUT_HALF_PI_3 0x1.846988p-48
#define TAUT_HALF_PI_3_REST 0x1.8469898cc517p-48
#define TAUT_HALF_PI_4 0x1.8cc514p-72
#define TAUT_HALF_PI_5 0x1.80dc1cd129025p-95
/* TAUT_SIN: approximation error 2^-57.8 */
#define TAUT_SIN_3 -0x1.5555555555548p-3
#define TAUT_SIN_5 0x1.111111110f748p-7
#define TAUT_SIN_7 -0x1.a01a019bede9ep-13
#define TAUT_SIN_9 0x1.71de355a62745p-19
#define TAUT_SIN_11 -0x1.ae5e503ade49ap-26
#define TAUT_SIN_13 0x1.5d8cd8ffb554ap-33
/* TAUT_COS: approximation error 2^-64.1 */
#define TAUT_COS_4 0x1.555555555554cp-5
#define TAUT_COS_6 -0x1.6c16c16c15211p-10
#define TAUT_COS_8 0x1.a01a019cbce9ap-16
#define TAUT_COS_10 -0x1.27e4f81041929p-22
#define TAUT_COS_12 0x1.1ee9ef42895c9p-29
#define TAUT_COS_14 -0x1.8faff1bdbae04p-37
/* TAUT_ATAN: approximation error 2^-62 */
#define TAUT_ATAN_3 -0x1.555555555552cp-2
#define TAUT_ATAN_5 0x1.999999995459fp-3
#define TAUT_ATAN_7 -0x1.249247f7d068cp-3
#define TAUT_ATAN_9 0x1.c717fe581968cp-4
#define TAUT_ATAN_11 -0x1.7088c117ec083p-4
#define TAUT_PI_HI 0x1.921fb54442d18p1
#define TAUT_PI_LO 0x1.1a62633145c07p-53
/* atan(i / 32) = hi + lo */
static const double taut_atan_table[33][2] = {
{0, 0},
{0x1.ffd55bba97625p-6, -0x1.5ec431444912cp-60},
{0x1.ff55bb72cfdeap-5, -0x1.c934d86d23f1dp-60},
{0x1.7ee182602f10fp-4, -0x1.cfb654c0c3d98p-58},
{0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
{0x1.3d6eee8c6626cp-3, 0x1.61a3b0ce9281bp-57},
{0x1.7b97b4bce5b02p-3, 0x1.347b0b4f881cap-58},
{0x1.b90d7529260a2p-3, 0x1.17b10d2e0e5abp-61},
{0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
{0x1.18bf5a30bf178p-2, 0x1.30ca4748b1bf9p-57},
{0x1.362773707ebccp-2, -0x1.963a544b672d8p-57},
{0x1.530ad9951cd4ap-2, -0x1.2566480884082p-57},
{0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
{0x1.8b24d394a1b25p-2, 0x1.b6d0ba3748fa8p-56},
{0x1.a64eec3cc23fdp-2, -0x1.24dec1b50b7ffp-56},
{0x1.c0db4c94ec9fp-2, -0x1.cc1ce70934c34p-56},
{0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
{0x1.f40dd0b541418p-2, -0x1.a3992dc382a23p-57},
{0x1.0657e94db30dp-1, -0x1.d5b495f6349e6p-56},
{0x1.1255d9bfbd2a9p-1, -0x1.2bdaee1c0ee35p-58},
{0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
{0x1.2958e59308e31p-1, -0x1.09e73b0c6c087p-56},
{0x1.345f01cce37bbp-1, 0x1.1021137c71102p-55},
{0x1.3f13fb89e96f4p-1, 0x1.ecf8b492644fp-56},
{0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
{0x1.538f57b89061fp-1, -0x1.1bb74abda520cp-55},
{0x1.5d58987169b18p-1, 0x1.0028e4bc5e7cap-57},
{0x1.66d663923e087p-1, -0x1.6ea6febe8bbbap-56},
{0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
{0x1.78f6bbd5d315ep-1, 0x1.406a08980374p-55},
{0x1.819d0b7158a4dp-1, -0x1.bf76229d3b917p-56},
{0x1.89ff5ff57f1f8p-1, -0x1.55b9a5e177a1bp-55},
{0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
};
#define TAUT_64_OVER_LN2 0x1.71547652b82fep6
#define TAUT_LN2_64_HI 0x1.62e42fef8p-7
#define TAUT_LN2_64_LO 0x1.1cf79abc9e3b4p-42
/* TAUT_EXP: approximation error 2^-57.9 */
#define TAUT_EXP_3 0x1.5555555554722p-3
#define TAUT_EXP_4 0x1.555568e4073ffp-5
#define TAUT_EXP_5 0x1.111124e91f4a6p-7
/* 2^(i / 64) = hi + lo */
static const double taut_exp2_table[64][2] = {
{0x1p0, 0},
{0x1.02c9a3e778061p0, -0x1.19083535b085dp-56},
{0x1.059b0d3158574p0, 0x1.d73e2a475b465p-55},
{0x1.0874518759bc8p0, 0x1.186be4bb284ffp-57},
{0x1.0b5586cf9890fp0, 0x1.8a62e4adc610bp-54},
{0x1.0e3ec32d3d1a2p0, 0x1.03a1727c57b53p-59},
{0x1.11301d0125b51p0, -0x1.6c51039449b3ap-54},
{0x1.1429aaea92dep0, -0x1.32fbf9af1369ep-54},
{0x1.172b83c7d517bp0, -0x1.19041b9d78a76p-55},
{0x1.1a35beb6fcb75p0, 0x1.e5b4c7b4968e4p-55},
{0x1.1d4873168b9aap0, 0x1.e016e00a2643cp-54},
{0x1.2063b88628cd6p0, 0x1.dc775814a8495p-55},
{0x1.2387a6e756238p0, 0x1.9b07eb6c70573p-54},
{0x1.26b4565e27cddp0, 0x1.2bd339940e9d9p-55},
{0x1.29e9df51fdee1p0, 0x1.612e8afad1255p-55},
{0x1.2d285a6e4030bp0, 0x1.0024754db41d5p-54},
{0x1.306fe0a31b715p0, 0x1.6f46ad23182e4p-55},
{0x1.33c08b26416ffp0, 0x1.32721843659a6p-54},
{0x1.371a7373aa9cbp0, -0x1.63aeabf42eae2p-54},
{0x1.3a7db34e59ff7p0, -0x1.5e436d661f5e3p-56},
{0x1.3dea64c123422p0, 0x1.ada0911f09ebcp-55},
{0x1.4160a21f72e2ap0, -0x1.ef3691c309278p-58},
{0x1.44e086061892dp0, 0x1.89b7a04ef80dp-59},
{0x1.486a2b5c13cdp0, 0x1.3c1a3b69062fp-56},
{0x1.4bfdad5362a27p0, 0x1.d4397afec42e2p-56},
{0x1.4f9b2769d2ca7p0, -0x1.4b309d25957e3p-54},
{0x1.5342b569d4f82p0, -0x1.07abe1db13cadp-55},
{0x1.56f4736b527dap0, 0x1.9bb2c011d93adp-54},
{0x1.5ab07dd485429p0, 0x1.6324c054647adp-54},
{0x1.5e76f15ad2148p0, 0x1.ba6f93080e65ep-54},
{0x1.6247eb03a5585p0, -0x1.383c17e40b497p-54},
{0x1.6623882552225p0, -0x1.bb60987591c34p-54},
{0x1.6a09e667f3bcdp0, -0x1.bdd3413b26456p-54},
{0x1.6dfb23c651a2fp0, -0x1.bbe3a683c88abp-57},
{0x1.71f75e8ec5f74p0, -0x1.16e4786887a99p-55},
{0x1.75feb564267c9p0, -0x1.0245957316dd3p-54},
{0x1.7a11473eb0187p0, -0x1.41577ee04992fp-55},
{0x1.7e2f336cf4e62p0, 0x1.05d02ba15797ep-56},
{0x1.82589994cce13p0, -0x1.d4c1dd41532d8p-54},
{0x1.868d99b4492edp0, -0x1.fc6f89bd4f6bap-54},
{0x1.8ace5422aa0dbp0, 0x1.6e9f156864b27p-54},
{0x1.8f1ae99157736p0, 0x1.5cc13a2e3976cp-55},
{0x1.93737b0cdc5e5p0, -0x1.75fc781b57ebcp-57},
{0x1.97d829fde4e5p0, -0x1.d185b7c1b85d1p-54},
{0x1.9c49182a3f09p0, 0x1.c7c46b071f2bep-56},
{0x1.a0c667b5de565p0, -0x1.359495d1cd533p-54},
{0x1.a5503b23e255dp0, -0x1.d2f6edb8d41e1p-54},
{0x1.a9e6b5579fdbfp0, 0x1.0fac90ef7fd31p-54},
{0x1.ae89f995ad3adp0, 0x1.7a1cd345dcc81p-54},
{0x1.b33a2b84f15fbp0, -0x1.2805e3084d708p-57},
{0x1.b7f76f2fb5e47p0, -0x1.5584f7e54ac3bp-56},
{0x1.bcc1e904bc1d2p0, 0x1.23dd07a2d9e84p-55},
{0x1.c199bdd85529cp0, 0x1.11065895048ddp-55},
{0x1.c67f12e57d14bp0, 0x1.2884dff483cadp-54},
{0x1.cb720dcef9069p0, 0x1.503cbd1e949dbp-56},
{0x1.d072d4a07897cp0, -0x1.cbc3743797a9cp-54},
{0x1.d5818dcfba487p0, 0x1.2ed02d75b3707p-55},
{0x1.da9e603db3285p0, 0x1.c2300696db532p-54},
{0x1.dfc97337b9b5fp0, -0x1.1a5cd4f184b5cp-54},
{0x1.e502ee78b3ff6p0, 0x1.39e8980a9cc8fp-55},
{0x1.ea4afa2a490dap0, -0x1.e9c23179c2893p-54},
{0x1.efa1bee615a27p0, 0x1.dc7f486a4b6bp-54},
{0x1.f50765b6e454p0, 0x1.9d3e12dd8a18bp-54},
{0x1.fa7c1819e90d8p0, 0x1.74853f3a5931ep-55},
};
#define TAUT_LN2_HI 0x1.62e42fefa38p-1
#define TAUT_LN2_LO 0x1.ef35793c7673p-45
/* 1/c, log(c) = hi + lo */
static const double taut_log_table[128][3] = {
{0x1.6a2p0, -0x1.6322b01ee6p-2, -0x1.bfc1acfb0cffbp-46},
{0x1.682p0, -0x1.5d76dd9a78p-2, 0x1.cbf6c326244f5p-44},
{0x1.662p0, -0x1.57c2f53b05p-2, -0x1.0494c017c2a52p-45},
{0x1.642p0, -0x1.5206dfd186p-2, -0x1.c58cfd28f3cd8p-44},
{0x1.624p0, -0x1.4c9f09e153p-2, 0x1.e1dde70e02dep-45},
{0x1.606p0, -0x1.472fdbe4fdp-2, -0x1.f9364c53f821fp-45},
{0x1.5e8p0, -0x1.41b941cce1p-2, 0x1.0469013e43fc9p-44},
{0x1.5cap0, -0x1.3c3b2736b4p-2, 0x1.3e5d1e9d3ddf9p-47},
{0x1.5acp0, -0x1.36b5776bc1p-2, -0x1.169785a9c223fp-46},
{0x1.58ep0, -0x1.31281d5f11p-2, 0x1.6e10e6a8b7abcp-48},
{0x1.572p0, -0x1.2bf287cc41p-2, -0x1.b0f4f549d8ecfp-45},
{0x1.556p0, -0x1.26b620935p-2, -0x1.8f08bb3f17379p-44},
{0x1.53ap0, -0x1.2172d5c2acp-2, 0x1.115594223fc7p-44},
{0x1.51ep0, -0x1.1c2895218fp-2, -0x1.5ff09640395a7p-45},
{0x1.502p0, -0x1.16d74c2e8bp-2, 0x1.cd0784d2e5077p-45},
{0x1.4e6p0, -0x1.117ee81dfep-2, -0x1.30f778a2e8cbdp-44},
{0x1.4cap0, -0x1.0c1f55d88bp-2, 0x1.d7d9ef6c0426bp-44},
{0x1.4bp0, -0x1.071b85fcd6p-2, 0x1.bcb8ba3e01a11p-44},
{0x1.496p0, -0x1.021164a929p-2, -0x1.ba287f3b5dd98p-47},
{0x1.47ap0, -0x1.f939c4e72ep-3, 0x1.4c5fc35fe2798p-44},
{0x1.46p0, -0x1.ef0adcbdc6p-3, 0x1.b26b79c86af24p-45},
{0x1.446p0, -0x1.e4ceeda61ep-3, 0x1.2ccbe398170f7p-46},
{0x1.42ep0, -0x1.db50da24bep-3, 0x1.9bcb7d201aba8p-44},
{0x1.414p0, -0x1.d0fb7f2256p-3, 0x1.af52b20633b29p-47},
{0x1.3fcp0, -0x1.c765b9e4d6p-3, -0x1.1ab6b36976f6cp-44},
{0x1.3e2p0, -0x1.bcf6736f7ep-3, 0x1.271e894f591e4p-44},
{0x1.3cap0, -0x1.b34885022ep-3, -0x1.03ba859924374p-44},
{0x1.3b2p0, -0x1.a98ed238b8p-3, -0x1.126ffb47b9acp-48},
{0x1.39ap0, -0x1.9fc93e540ap-3, 0x1.e78b994e84c43p-46},
{0x1.382p0, -0x1.95f7ac2b3cp-3, 0x1.615d77a1ffe43p-44},
{0x1.36ap0, -0x1.8c19fe2982p-3, -0x1.5e01e0d7c912bp-49},
{0x1.352p0, -0x1.8230164c1ap-3, -0x1.98dd68a5d0b48p-46},
{0x1.33ap0, -0x1.7839d62024p-3, 0x1.55cc584009f24p-44},
{0x1.324p0, -0x1.6f0d28ae56p-3, -0x1.69737c93373dap-44},
{0x1.30ep0, -0x1.65d5e99cc4p-3, 0x1.dc4348e559bc8p-46},
{0x1.2f6p0, -0x1.5bbc05f14p-3, -0x1.21892c55da347p-45},
{0x1.2ep0, -0x1.526e5e3a1cp-3, 0x1.790ba37fc5238p-44},
{0x1.2cap0, -0x1.4915d832fcp-3, 0x1.53cee006bcf62p-44},
{0x1.2b4p0, -0x1.3fb25a5952p-3, -0x1.195be6b358ff7p-44},
{0x1.29ep0, -0x1.3643cad058p-3, -0x1.1e18f2132dfd5p-44},
{0x1.288p0, -0x1.2cca0f5f6p-3, 0x1.b5ef191aff12p-44},
{0x1.274p0, -0x1.2423113ba6p-3, 0x1.e3a0078ee9d9cp-44},
{0x1.25ep0, -0x1.1a93b7d43p-3, 0x1.3debbf4ec55f3p-44},
{0x1.24ap0, -0x1.11d8e5e29p-3, -0x1.1c6fa52eaa55bp-45},
{0x1.234p0, -0x1.08338affa2p-3, -0x1.0533cac823e27p-44},
{0x1.22p0, -0x1.fec9131dcp-4, 0x1.54555d1ae6607p-44},
{0x1.20cp0, -0x1.ed1794e838p-4, 0x1.fd143749d0484p-46},
{0x1.1f8p0, -0x1.db5270187cp-4, -0x1.9277856ae181fp-44},
{0x1.1e2p0, -0x1.c7af7a8474p-4, 0x1.289ae375f8578p-44},
{0x1.1dp0, -0x1.b78c82bb1p-4, 0x1.25ef7bc3987e7p-44},
{0x1.1bcp0, -0x1.a58b60c2b4p-4, 0x1.cdc735c5c9f2ap-44},
{0x1.1a8p0, -0x1.9375e55594p-4, -0x1.eddc37380c364p-44},
{0x1.194p0, -0x1.814be23f8cp-4, -0x1.b2381da82fdfdp-51},
{0x1.182p0, -0x1.70e12b325cp-4, -0x1.0530d95714cd1p-45},
{0x1.16ep0, -0x1.5e8fa4d858p-4, -0x1.1c6fce08d711p-44},
{0x1.15cp0, -0x1.4e01108a34p-4, -0x1.ae5cfdf2c5ae5p-44},
{0x1.148p0, -0x1.3b87598b1cp-4, 0x1.2241594aca313p-45},
{0x1.136p0, -0x1.2ad449eff4p-4, 0x1.cea3ae5f05b87p-44},
{0x1.124p0, -0x1.1a0fba1bf8p-4, -0x1.4a3fcc319d6dcp-45},
{0x1.112p0, -0x1.0939853a1cp-4, -0x1.91761e583dc8fp-45},
{0x1.0fep0, -0x1.ecdf0f87b8p-5, 0x1.e97bceb5803f8p-45},
{0x1.0ecp0, -0x1.cae72fb96p-5, 0x1.efabf2025b1bep-44},
{0x1.0dcp0, -0x1.ac9722171p-5, -0x1.f8d3ef013222cp-45},
{0x1.0cap0, -0x1.8a5a9cc618p-5, 0x1.9ae2900180e9ap-44},
{0x1.0b8p0, -0x1.67f94f0948p-5, -0x1.ecc1f3e7e4ed7p-44},
{0x1.0a6p0, -0x1.4572e981c8p-5, -0x1.6c7eaf9b37d75p-44},
{0x1.096p0, -0x1.26a32a86dp-5, -0x1.7b8f856a4077p-44},
{0x1.084p0, -0x1.03d5d85e7p-5, -0x1.f778960ed29cfp-44},
{0x1.074p0, -0x1.c98d18d01p-6, 0x1.bf6150589df0fp-45},
{0x1.062p0, -0x1.83624fba8p-6, -0x1.deb9c96b40046p-45},
{0x1.052p0, -0x1.44c28d451p-6, -0x1.98b0a50467942p-44},
{0x1.042p0, -0x1.05e547827p-6, 0x1.0dbde21f5e1f8p-44},
{0x1.03p0, -0x1.7dc475f82p-7, 0x1.eb1245b5da1f5p-44},
{0x1.02p0, -0x1.fe02a6b1p-8, -0x1.9e23f0dda40e4p-46},
{0x1.01p0, -0x1.ff00aa2bp-9, -0x1.0bc04a086b56ap-45},
{0x1p0, 0, 0},
{0x1.fcp-1, 0x1.010157588p-7, 0x1.bce251998b506p-44},
{0x1.f8p-1, 0x1.020565893p-6, 0x1.611d27c8e8417p-44},
{0x1.f44p-1, 0x1.7c61b1cf6p-6, -0x1.08fc8f849a447p-45},
{0x1.f08p-1, 0x1.f7a9b1678p-6, 0x1.42ad9271be7d7p-45},
{0x1.eccp-1, 0x1.39f07ba0e8p-5, 0x1.eb129d642e577p-44},
{0x1.e9p-1, 0x1.788595a358p-5, -0x1.08b0d083b3a4cp-46},
{0x1.e58p-1, 0x1.b35dd9b588p-5, 0x1.d5674d6cf558ep-44},
{0x1.e2p-1, 0x1.eea31c0068p-5, 0x1.c3dd83606d891p-44},
{0x1.de4p-1, 0x1.174f76ab08p-4, 0x1.1710317ee2e48p-44},
{0x1.dbp-1, 0x1.333d7f8184p-4, -0x1.692b6a81b8848p-49},
{0x1.d78p-1, 0x1.518874226p-4, 0x1.30a1d96258b3ep-44},
{0x1.d4p-1, 0x1.700d30aeacp-4, 0x1.c1e8da99ded32p-49},
{0x1.d0cp-1, 0x1.8c985e9bap-4, -0x1.37c377e430036p-44},
{0x1.cd8p-1, 0x1.a956d3ecacp-4, 0x1.e63794c02c4afp-44},
{0x1.ca4p-1, 0x1.c6494a2e4p-4, 0x1.8a5e8ab20c4e6p-44},
{0x1.c7p-1, 0x1.e3707ee304p-4, 0x1.0f684e6766abdp-45},
{0x1.c4p-1, 0x1.fe89139dbcp-4, 0x1.56594d82f7a82p-44},
{0x1.c1p-1, 0x1.0ce7ecdcccp-3, 0x1.4652dabff5447p-46},
{0x1.bdcp-1, 0x1.1bc8af2144p-3, -0x1.2994d823555d4p-44},
{0x1.bacp-1, 0x1.299d30c606p-3, 0x1.d4d0079dc08d9p-44},
{0x1.b7cp-1, 0x1.3789c4c042p-3, -0x1.992c2eecb3868p-44},
{0x1.b5p-1, 0x1.4462b9dc9cp-3, -0x1.84858a711b062p-44},
{0x1.b2p-1, 0x1.527e5e4a1cp-3, -0x1.4e60b8d4b411dp-44},
{0x1.af4p-1, 0x1.5f830a1a5cp-3, 0x1.5226898ffc1bcp-44},
{0x1.ac4p-1, 0x1.6dcf0165f8p-3, 0x1.b95669a33e4c6p-46},
{0x1.a98p-1, 0x1.7b00916516p-3, -0x1.ae75fcb067e57p-44},
{0x1.a6cp-1, 0x1.884807ce56p-3, 0x1.c77cef4a8712cp-46},
{0x1.a4p-1, 0x1.95a5adcf7p-3, 0x1.7f22858a0ff6fp-47},
{0x1.a18p-1, 0x1.a1dfc40f1cp-3, -0x1.01e0f004f3781p-44},
{0x1.9ecp-1, 0x1.af6895610ep-3, -0x1.148288bf7a937p-45},
{0x1.9c4p-1, 0x1.bbca696b08p-3, -0x1.7fdd0ae06ceep-47},
{0x1.998p-1, 0x1.c97f8079d4p-3, 0x1.3b161a8c6e6c5p-45},
{0x1.97p-1, 0x1.d60a17f904p-3, -0x1.5d6e06fc20d39p-44},
{0x1.948p-1, 0x1.e2a877a6b2p-3, 0x1.823817787081ap-44},
{0x1.92p-1, 0x1.ef5ade4ddp-3, -0x1.a211565bb8e11p-51},
{0x1.8f8p-1, 0x1.fc218be62p-3, 0x1.4bba46f1cf6ap-44},
{0x1.8d4p-1, 0x1.03d95a1d67p-2, 0x1.a17880f236109p-44},
{0x1.8acp-1, 0x1.0a504e97bbp-2, 0x1.03094e6690c44p-44},
{0x1.888p-1, 0x1.102ac0a35dp-2, -0x1.f1fbddfdfd686p-45},
{0x1.86p-1, 0x1.16b5ccbadp-2, -0x1.23299042d74bfp-44},
{0x1.83cp-1, 0x1.1ca28c64bbp-2, -0x1.ac4f842f5566bp-46},
{0x1.818p-1, 0x1.22981fbef8p-2, -0x1.a1421609580dap-44},
{0x1.7f4p-1, 0x1.2896a13e08p-2, 0x1.a8ed027e16952p-44},
{0x1.7dp-1, 0x1.2e9e2bce12p-2, 0x1.4300c128d1dc2p-45},
{0x1.7acp-1, 0x1.34aedad5b1p-2, 0x1.a2aacf2be1fddp-44},
{0x1.78cp-1, 0x1.3a1ac802f3p-2, 0x1.98ecf399abd8dp-44},
{0x1.768p-1, 0x1.403d086ceap-2, 0x1.e6ef574487308p-44},
{0x1.744p-1, 0x1.4668bf41fp-2, -0x1.9af1762c5a8f7p-44},
{0x1.724p-1, 0x1.4becf95d98p-2, -0x1.bb33b20023a7p-44},
{0x1.704p-1, 0x1.5178d9ab55p-2, 0x1.5c1530fe963b3p-44},
{0x1.6ep-1, 0x1.57bf753c8dp-2, 0x1.fadedee5d40efp-46},
{0x1.6cp-1, 0x1.5d5bddf596p-2, -0x1.a0b2a08a465dcp-47},
};
/* TAUT_LOG: approximation error 2^-63.6 */
#define TAUT_LOG_3 0x1.555555555552dp-2
#define TAUT_LOG_4 -0x1.ffffffff5b93bp-3
#define TAUT_LOG_5 0x1.999999aeebbccp-3
#define TAUT_LOG_6 -0x1.5556fee9ff3d7p-3
#define TAUT_LOG_7 0x1.2481460035a2cp-3
/* TAUT_LOG_LONG: approximation error 2^-73.1 */
#define TAUT_LOG_LONG_3 0x1.5555555555557p-2
#define TAUT_LOG_LONG_4 -0x1.fffffffffff77p-3
#define TAUT_LOG_LONG_5 0x1.9999999869e46p-3
#define TAUT_LOG_LONG_6 -0x1.5555556e027e2p-3
#define TAUT_LOG_LONG_7 0x1.249429e3beb21p-3
#define TAUT_LOG_LONG_8 -0x1.ffe07dcc7e138p-4
/* TAUT_TANH: approximation error 2^-56.5 */
#define TAUT_TANH_3 -0x1.55555555554c2p-2
#define TAUT_TANH_5 0x1.11111110fdfeep-3
#define TAUT_TANH_7 -0x1.ba1ba19f1196bp-5
#define TAUT_TANH_9 0x1.664f3f396614fp-6
#define TAUT_TANH_11 -0x1.226c7077d66abp-7
#define TAUT_TANH_13 0x1.d66ecf149f90fp-9
#define TAUT_TANH_15 -0x1.770c0071b865fp-10
#define TAUT_TANH_17 0x1.f1aff3560e0acp-12
/* clang-format on */
#endif
