//! Operators on values, references and numbers on either side, of every kind of array and of a caller's own.

use redpoll::buffer::Values;
use redpoll::dtype::{Complex128, DType, Scalar};
use redpoll::standard::{Call, Footprint, Meta, Outputs};
use redpoll::{Array, Chunked, Dense, Lazy, Result, Tensor};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

/// A kind of array that another crate might have.
#[derive(Debug, Clone)]
struct Own(Dense);

impl Array for Own {
    fn meta(&self) -> &Meta {
        self.0.meta()
    }
    fn footprint(&self) -> Footprint {
        self.0.footprint()
    }
    fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>> {
        let inputs: Vec<&Dense> = inputs.iter().map(|x| &x.0).collect();
        Ok(Dense::eval(call, &inputs)?.into_iter().map(Own).collect())
    }
    fn to_values(&self) -> Result<Values> {
        self.0.to_values()
    }
}
redpoll::impl_operators!(Own);

const X: [f64; 3] = [1.0, -2.5, 0.0];
const Y: [f64; 3] = [4.0, 0.5, -3.0];

/// What Rust's own operators make of the elements.
fn each(f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    X.into_iter().zip(Y).map(|(x, y)| f(x, y)).collect()
}

macro_rules! every_form {
    ($name:ident, $Kind:ty, $make:expr) => {
        #[test]
        fn $name() {
            let make = |values: [f64; 3]| -> $Kind { $make(Dense::from(values)) };
            let (x, y) = (make(X), make(Y));
            let is = |got: $Kind, want: Vec<f64>| {
                assert_eq!(got.to_vec::<f64>().unwrap(), want);
            };
            is(&x * 2.0 + &y, each(|x, y| x * 2.0 + y));
            is(x.clone() + y.clone(), each(|x, y| x + y));
            is(&x - y.clone(), each(|x, y| x - y));
            is(x.clone() / &y, each(|x, y| x / y));
            is(0.5 * &x, each(|x, _| 0.5 * x));
            is(2 - x.clone(), each(|x, _| 2.0 - x));
            is(&x - 2_u8, each(|x, _| x - 2.0));
            is((0.5 * &x).abs().unwrap(), each(|x, _| (0.5 * x).abs()));
            is(1 / &y, each(|_, y| 1.0 / y));
            is(7.5 % &y, each(|_, y| 7.5_f64.rem_euclid(y.abs()) + if y < 0.0 { y } else { 0.0 }));
            is(x.clone() + 1.0, each(|x, _| x + 1.0));
            is(&x + 1, each(|x, _| x + 1.0));
            is(Scalar::Float64(3.0) - &x, each(|x, _| 3.0 - x));
            is(-x.clone(), each(|x, _| -x));
            is(-&x, each(|x, _| -x));
            let mut z = x.clone();
            z += &y;
            z *= 2.0;
            z -= x.clone();
            z /= 4;
            is(z, each(|x, y| ((x + y) * 2.0 - x) / 4.0));
            let complex = Complex128::new(0.0, 1.0) * &x;
            assert_eq!(complex.imag().unwrap().to_vec::<f64>().unwrap(), X);

            let (p, q) = (x.greater(0).unwrap(), y.greater(0).unwrap());
            let bools = |got: $Kind| got.to_vec::<bool>().unwrap();
            assert_eq!(bools(&p & &q), [true, false, false]);
            assert_eq!(bools(p.clone() | q.clone()), [true, true, false]);
            assert_eq!(bools(&p ^ true), [false, true, true]);
            assert_eq!(bools(false | &p), [true, false, false]);
            assert_eq!(bools(!p.clone() & !&q), [false, false, true]);
        }
    };
}
every_form!(tensors, Tensor, |x: Dense| {
    Tensor::from_values(x.shape(), x.to_values().unwrap()).unwrap()
});
every_form!(dense, Dense, |x| x);
every_form!(lazy, Lazy<Dense>, Lazy::new);
every_form!(chunked, Chunked<Dense>, |x: Dense| Chunked::from_array(&x, 2).unwrap());
every_form!(ones_own, Own, Own);

/// The line and the message that a panic reports.
fn panic_of(body: impl FnOnce()) -> (u32, String) {
    /// The hook is the process's; what it sees belongs to the thread.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    thread_local! {
        static SEEN: Cell<Option<(String, u32, String)>> = const { Cell::new(None) };
    }
    let _held = ONE_AT_A_TIME.lock().unwrap();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().unwrap();
        let message = info.payload_as_str().unwrap_or_default().to_owned();
        SEEN.set(Some((place.file().to_owned(), place.line(), message)));
    }));
    let outcome = catch_unwind(AssertUnwindSafe(body));
    std::panic::set_hook(before);
    assert!(outcome.is_err());
    let (file, line, message) = SEEN.take().unwrap();
    assert_eq!(file, file!());
    (line, message)
}

#[test]
fn a_panic_points_at_the_line_that_used_the_operator() {
    let (x, y) = (Dense::from([1.0, 2.0]), Dense::from([1.0, 2.0, 3.0]));
    let message = "shapes [2] and [3] cannot be broadcast together";
    let (line, said) = panic_of(|| drop(&x + &y));
    assert_eq!((line, said), (line!() - 1, format!("add: {message}")));
    let (line, said) = panic_of(|| drop(x.clone() - y.clone()));
    assert_eq!((line, said), (line!() - 1, format!("subtract: {message}")));
    let mut z = x.clone();
    let (line, said) = panic_of(|| z *= y);
    assert_eq!((line, said), (line!() - 1, format!("multiply: {message}")));
    assert_eq!(panic_of(|| drop(!&x)).0, line!());
    assert_eq!(panic_of(|| drop(1.5 & x)).0, line!());
}

#[test]
fn in_place_an_array_keeps_its_shape_and_data_type() {
    let mut row = Dense::from([1_i32, 2]);
    let square = Dense::ones((2, 2), DType::Int32).unwrap();
    let (_, said) = panic_of(|| row += &square);
    assert_eq!(said, "add: shapes [2] and [2, 2]: in place an array keeps its shape");
    let (_, said) = panic_of(|| row /= 2);
    assert_eq!(
        said,
        "divide: cannot convert float64 to int32: in place an array keeps its data type"
    );
    assert_eq!(row.to_vec::<i32>().unwrap(), [1, 2]);
}
