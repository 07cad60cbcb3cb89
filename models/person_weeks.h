/// What days and weeks do to a person: strength, wear, sleep, laxity, linea alba, pelvic floor,
/// pain.
///
///   strength = (1 + G - W) (1 - s_n missing)      missing = max(0, 7.5 h - sleep of the last
///   night) G <- G + k_G w (1 - r_n missing),  dG/dt = -G/tau_G    gain of a dose w, per group of
///   muscles W <- W + k_W w,                    dW/dt = -W/tau_W    wear: recovery between sessions
///   laxity(t) = l0 e^(-t/tau_l) + l_feeding + l_cycle e^(-(d/3)^2/2)      d days off the relaxin
///   peak width(t), leak point(t) = healed + (start - healed) e^(-t/tau) pain = (p0 e^(-t/tau_p) +
///   scatter of the day + p_n missing), where p0 > 0, within 0 to 10
///
/// Training response: Banister et al. 1975 and Calvert et al. 1976 (IEEE Trans. SMC 6), two
/// antagonistic first-order terms. t counts from the start of the run, for which the parameters
/// describe her. Everything is a function of the clock or a sum of exponentials, so that any stride
/// is exact: a and then b days is a + b. A dose of 1 is three sets of ten at three quarters of the
/// maximum; a repetition at the share x of it is (x/0.75)^2/30.
///
/// All functions are pure, allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MODELS_PERSON_WEEKS_H
#define TAUT_MODELS_PERSON_WEEKS_H

#include <stdint.h>

#include "models/person_params.h"

/// The groups of the lift's muscles, and the pelvic floor.
enum { TAUT_PERSON_WEEKS_PELVIC = TAUT_PERSON_GROUP_COUNT, TAUT_PERSON_WEEKS_GROUPS };

typedef struct taut_person_weeks {
  double gain[TAUT_PERSON_WEEKS_GROUPS];  ///< G at at_ns
  double wear[TAUT_PERSON_WEEKS_GROUPS];  ///< W at at_ns
  int64_t at_ns;
  // What follows from them and from the clock, as of the last look:
  double strength[TAUT_PERSON_WEEKS_GROUPS];  ///< over the strength at the start [1]
  double sleep_s;                             ///< of the last night [s]
  double fatigability;                        ///< over that of a rested person [1]
  double reaction;                            ///< reaction time over that of a rested person [1]
  double laxity;                              ///< [1]
  double linea_width_m;                       ///< [m]
  double leak_point_pa;                       ///< [Pa]
  double pain;                                ///< of the low back at rest, 0..10
} taut_person_weeks;

/// Brings everything to now_ns. Without body_changes it is what the parameters say, and factors
/// are exactly 1.
void taut_person_weeks_look(const taut_person_params *params, taut_person_weeks *weeks,
                            int64_t now_ns, uint64_t seed, uint32_t stream);

/// Takes in a dose of training of one group at now_ns.
void taut_person_weeks_train(const taut_person_params *params, taut_person_weeks *weeks, int group,
                             double dose, int64_t now_ns);

/// Sleep of the night before day `day` [s].
double taut_person_weeks_sleep(const taut_person_params *params, int64_t day, uint64_t seed,
                               uint32_t stream);

/// Dose of one repetition at the share `x` of the maximum [1].
double taut_person_weeks_dose(double x);

#endif
