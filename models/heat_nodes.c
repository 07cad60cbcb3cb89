#include "models/heat_nodes.h"

#include <math.h>

#include "taut/math.h"

taut_heat_nodes taut_heat_nodes_after(const taut_heat_chain *chain, const taut_heat_nodes *now,
                                      double power_w, double time_s) {
  // u = (winding, housing) - steady state: u' = [[-a, a], [b, -(b + c)]] u
  const double a = chain->winding_w_k * chain->winding_k_j;
  const double b = chain->winding_w_k * chain->housing_k_j;
  const double c = chain->housing_w_k * chain->housing_k_j;
  const double housing_end_k = chain->ambient_k + power_w / chain->housing_w_k;
  const double winding_end_k = housing_end_k + power_w / chain->winding_w_k;
  const double u1 = now->winding_k - winding_end_k, u2 = now->housing_k - housing_end_k;

  // eigenvalues: the product is a c, so that the slow one keeps its digits
  const double sum = a + b + c;
  const double root = taut_sqrt(sum * sum - 4.0 * a * c);
  const double fast = -0.5 * (sum + root), slow = a * c / fast;
  const double of_slow = (a * (u2 - u1) - fast * u1) / (slow - fast);
  const double of_fast = u1 - of_slow;
  const double e_slow = taut_exp(slow * time_s), e_fast = taut_exp(fast * time_s);
  taut_heat_nodes then = {
      .winding_k = winding_end_k + of_slow * e_slow + of_fast * e_fast,
      .housing_k =
          housing_end_k + (1.0 + slow / a) * of_slow * e_slow + (1.0 + fast / a) * of_fast * e_fast,
  };

  // sensor' = k (winding - sensor)
  double k = chain->sensor_per_s;
  then.sensor_k = then.winding_k;
  if (k <= 0.0) return then;
  if (fabs(k + slow) < 1e-6 * k || fabs(k + fast) < 1e-6 * k) k *= 1.0 + 1e-5;
  const double g_slow = of_slow * k / (k + slow), g_fast = of_fast * k / (k + fast);
  const double rest = now->sensor_k - winding_end_k - g_slow - g_fast;
  then.sensor_k = winding_end_k + g_slow * e_slow + g_fast * e_fast + rest * taut_exp(-k * time_s);
  return then;
}
